BEGIN; SET LOCAL ROLE pg_monitor; SELECT email FROM people WHERE id = 2; COMMIT;
UPDATE people SET name = 'y' WHERE id = 2;
