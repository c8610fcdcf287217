SELECT value FROM flags WHERE id = 4;
SELECT value IS NULL FROM flags WHERE id = 3;
