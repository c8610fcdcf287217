SELECT min(day) >= '2026-01-01' FROM log;
SELECT count(*) > 700 FROM log_2025;
