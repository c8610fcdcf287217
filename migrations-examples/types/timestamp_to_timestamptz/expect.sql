SELECT at = '2025-01-02 03:04:05+00' FROM visits WHERE id = 1;
SELECT at = 'infinity' FROM visits WHERE id = -1;
SELECT at AT TIME ZONE 'UTC' = timestamp '2024-02-29 23:59:59.999999' + 5 * interval '7 hours' FROM visits WHERE id = 5;
