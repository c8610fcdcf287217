CREATE TABLE ev (id bigint GENERATED ALWAYS AS IDENTITY, day date NOT NULL, amount integer NOT NULL DEFAULT 7 CHECK (amount >= 0), note text, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
CREATE TABLE ev_1 PARTITION OF ev FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE ev_2 PARTITION OF ev FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
CREATE TABLE ev_rest PARTITION OF ev DEFAULT;
CREATE INDEX ev_amount ON ev (amount) INCLUDE (note);
CREATE INDEX ev_1_own ON ev_1 (amount DESC, id);
COMMENT ON COLUMN ev.amount IS 'in cents';
COMMENT ON COLUMN ev_2.amount IS 'of February';
INSERT INTO ev (day, amount, note) SELECT date '2026-01-01' + g % 90, g, 'n' || g FROM generate_series(1, 400) g;
