CREATE TABLE m (id int NOT NULL, day date NOT NULL, region text NOT NULL, v int, w numeric(10,2), PRIMARY KEY (id, day, region)) PARTITION BY LIST (region);
CREATE TABLE m_eu PARTITION OF m FOR VALUES IN ('eu') PARTITION BY RANGE (day);
CREATE TABLE m_eu_1 PARTITION OF m_eu FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE m_eu_2 PARTITION OF m_eu FOR VALUES FROM ('2026-02-01') TO ('2026-04-01');
CREATE TABLE m_us PARTITION OF m FOR VALUES IN ('us');
CREATE INDEX ON m (v);
CREATE UNIQUE INDEX m_v ON m (id, v, day, region);
INSERT INTO m SELECT g, date '2026-01-01' + g % 80, CASE WHEN g % 3 = 0 THEN 'us' ELSE 'eu' END, g * 2, g / 3.0 FROM generate_series(1, 300) g;
