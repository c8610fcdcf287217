CREATE TABLE events (
    id bigint NOT NULL,
    created date NOT NULL DEFAULT '2026-06-01',
    kind text DEFAULT 'click',
    source text,
    actor integer,
    PRIMARY KEY (id, created, kind)
) PARTITION BY RANGE (created);
CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE "events 2026" PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01') PARTITION BY LIST (kind);
CREATE TABLE events_2026_click PARTITION OF "events 2026" FOR VALUES IN ('click');
CREATE TABLE events_2026_rest PARTITION OF "events 2026" DEFAULT;
INSERT INTO events
SELECT i, date '2025-01-01' + i % 700, CASE i % 3 WHEN 0 THEN 'view' ELSE 'click' END, 'web', i % 7 FROM generate_series(1, 2000) AS i;
