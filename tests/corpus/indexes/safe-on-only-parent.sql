-- expect: nothing
-- because: On the parent alone nothing is built; each partition gets its index concurrently.
-- observed: SHARE on events; SHARE UPDATE EXCLUSIVE on events_2025; SHARE UPDATE EXCLUSIVE on events_2026; builds events_2025_kind_idx; builds events_2026_kind_idx
-- setup
CREATE TABLE events (id bigint NOT NULL, kind text, created_at timestamptz NOT NULL) PARTITION BY RANGE (created_at);
CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
-- migration
CREATE INDEX events_kind_idx ON ONLY events (kind);
CREATE INDEX CONCURRENTLY events_2025_kind_idx ON events_2025 (kind);
CREATE INDEX CONCURRENTLY events_2026_kind_idx ON events_2026 (kind);
ALTER INDEX events_kind_idx ATTACH PARTITION events_2025_kind_idx;
ALTER INDEX events_kind_idx ATTACH PARTITION events_2026_kind_idx;
