CREATE TYPE addr AS (street text, zip integer);
CREATE TYPE addr2 AS (street text, zip bigint);
CREATE DOMAIN home AS addr;
CREATE TABLE p (id integer PRIMARY KEY, a addr, b addr NOT NULL, c home, d addr[]);
INSERT INTO p SELECT n, v, coalesce(v, ('x', n)::addr), v, ARRAY[v, NULL] FROM (SELECT n,
    CASE n % 5 WHEN 0 THEN ('s', n)::addr WHEN 1 THEN ('s', NULL)::addr WHEN 2 THEN (NULL, n)::addr WHEN 3 THEN (NULL, NULL)::addr END AS v
    FROM generate_series(1, 25) n) rows WHERE v IS DISTINCT FROM NULL OR n % 5 = 4;
