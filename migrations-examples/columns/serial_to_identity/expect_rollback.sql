SELECT count(*) = count(DISTINCT id) FROM tickets;
