SELECT weight = 2 AND note = 'Changed' FROM events WHERE id = 6;
SELECT count(*) = 0 FROM events WHERE weight IS NULL OR actor IS NULL;
SELECT bool_and(indisvalid) FROM pg_index WHERE indrelid IN ('events'::regclass, 'events_2025'::regclass, '"events 2026"'::regclass, 'events_2026_click'::regclass);
