CREATE TABLE readings (sensor text, value real, at timestamp, spare text);
INSERT INTO readings SELECT nullif('s' || i % 10, 's0'), i % 100, timestamp '2026-01-01' + i * interval '1 s' FROM generate_series(1, 2000) AS i;
INSERT INTO readings SELECT 'twin', 'NaN', NULL FROM generate_series(1, 50);
INSERT INTO readings VALUES ('s1', 'infinity'), ('s1', '-0'), (NULL, NULL);
