BEGIN; SET LOCAL ROLE pg_monitor; INSERT INTO prices VALUES (nextval('price_ids'), 2); UPDATE prices SET cents = 7 WHERE id = 2; COMMIT;
