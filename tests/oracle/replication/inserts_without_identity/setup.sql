CREATE TABLE logged (at timestamptz, v int);
INSERT INTO logged SELECT '2026-01-01', g FROM generate_series(1, 50) AS g;
CREATE PUBLICATION changes FOR TABLE logged WITH (publish = 'insert');
