CREATE TABLE events (
    id integer NOT NULL,
    day date NOT NULL DEFAULT '2026-06-01',
    kind text NOT NULL DEFAULT 'click' CHECK (kind <> ''),
    amount integer DEFAULT 100,
    PRIMARY KEY (id, day)
) PARTITION BY RANGE (day);
CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE "events 2026" PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01') PARTITION BY LIST (id);
CREATE TABLE events_2026_rest PARTITION OF "events 2026" DEFAULT;
CREATE INDEX events_amount_idx ON events (amount DESC) INCLUDE (kind) WHERE amount > 1;
CREATE INDEX events_2025_own ON events_2025 (amount, day);
INSERT INTO events SELECT i, date '2025-01-01' + i % 700, CASE i % 3 WHEN 0 THEN 'view' ELSE 'click' END, i FROM generate_series(1, 1500) AS i;
