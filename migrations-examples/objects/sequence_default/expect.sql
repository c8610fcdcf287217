-- not compared: tickets.number
SELECT count(*) = count(DISTINCT number) AND min(number) >= 1000 AND bool_and(number % 5 = 0) FROM tickets;
