CREATE TABLE ev (id int, day date NOT NULL, "Name" text NOT NULL DEFAULT 'x', note text, PRIMARY KEY (id, day), UNIQUE ("Name", day)) PARTITION BY RANGE (day);
CREATE TABLE ev_1 PARTITION OF ev FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE ev_2 PARTITION OF ev FOR VALUES FROM ('2026-02-01') TO ('2026-06-01');
CREATE INDEX ON ev (note) WHERE "Name" <> '';
INSERT INTO ev SELECT g, date '2026-01-01' + g % 80, 'n' || g, nullif('t' || g % 5, 't0') FROM generate_series(1, 300) g;
