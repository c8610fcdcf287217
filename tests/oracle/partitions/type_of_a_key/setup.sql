CREATE SCHEMA shop;
CREATE TABLE shop."Events" ("Id" serial, day date NOT NULL, code text, UNIQUE (code, day), CONSTRAINT "Events key" PRIMARY KEY ("Id", day)) PARTITION BY RANGE (day);
CREATE TABLE shop."Events 1" PARTITION OF shop."Events" FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE shop.events_2 PARTITION OF shop."Events" FOR VALUES FROM ('2026-02-01') TO ('2026-06-01');
COMMENT ON CONSTRAINT "Events key" ON shop."Events" IS 'the key';
INSERT INTO shop."Events" (day, code) SELECT date '2026-01-01' + g % 90, 'c' || g FROM generate_series(1, 300) g;
