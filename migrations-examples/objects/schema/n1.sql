SELECT reporting.add(2, 200);
BEGIN; SET LOCAL ROLE pg_monitor; SELECT count(*) FROM reporting.large; COMMIT;
