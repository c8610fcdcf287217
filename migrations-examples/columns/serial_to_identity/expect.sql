SELECT count(*) = count(DISTINCT id) FROM tickets;
SELECT bool_and(id IS NOT NULL) FROM tickets;
