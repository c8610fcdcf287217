SELECT at = '2025-01-02 03:04:05' FROM visits WHERE id = 1;
SELECT at = '2025-06-07 08:09:10' FROM visits WHERE id = 3;
