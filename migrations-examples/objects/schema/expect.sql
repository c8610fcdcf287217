SELECT array_agg(order_id) = ARRAY[2] FROM reporting.large;
