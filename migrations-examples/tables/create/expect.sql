SELECT count(*) > 0 AND bool_and("Kind" = 'it''s; a "trap" -- really' AND round(net) = 100) FROM invoices;
