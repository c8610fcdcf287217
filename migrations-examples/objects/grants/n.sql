UPDATE prices SET note = 'x' WHERE id = 1;
BEGIN; SET LOCAL ROLE pg_monitor; INSERT INTO prices VALUES ({n}, 1); DELETE FROM prices WHERE false; ROLLBACK;
