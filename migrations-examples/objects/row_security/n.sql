BEGIN; SET LOCAL ROLE pg_monitor; INSERT INTO documents VALUES ({n}, 1, 'old'); UPDATE documents SET title = 'x' WHERE id = 1; COMMIT;
