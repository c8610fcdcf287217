-- Views for the new release's reports: one that is always current, one that is refreshed.
CREATE VIEW customer_totals AS SELECT customer, sum(cents) AS cents FROM orders GROUP BY customer;
CREATE MATERIALIZED VIEW daily_totals AS SELECT customer, cents FROM customer_totals;
COMMENT ON VIEW customer_totals IS 'What each customer has ordered';
