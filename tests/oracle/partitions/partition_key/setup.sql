CREATE TABLE ev (id int, day date NOT NULL, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
CREATE TABLE ev_1 PARTITION OF ev DEFAULT;
INSERT INTO ev SELECT g, date '2026-01-01' + g % 80 FROM generate_series(1, 30) g;
