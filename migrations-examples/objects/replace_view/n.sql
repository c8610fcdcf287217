BEGIN; SET LOCAL ROLE pg_monitor; SELECT name FROM people WHERE id = 1; UPDATE people SET name = 'x' WHERE id = 1; COMMIT;
SELECT count(*) FROM first_people;
