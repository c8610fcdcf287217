INSERT INTO orders (id, state) SELECT {n}, e FROM unnest(enum_range(NULL::state)) AS e WHERE e::text IN ('canceled', 'cancelled');
UPDATE orders SET state = 'done' WHERE id = 6;
SELECT count(*) FROM orders WHERE state::text IN ('canceled', 'cancelled') AND id < 10;
