CREATE TABLE rooms ("Room" int4range, during tsrange, active boolean NOT NULL DEFAULT true);
INSERT INTO rooms SELECT int4range(n, n + 1), tsrange('2026-01-01', '2026-01-02') FROM generate_series(1, 50) n;
INSERT INTO rooms SELECT "Room", during, false FROM rooms;
