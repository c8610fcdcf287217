-- expect: index-build-blocks-writes
-- because: A partial index reads the whole table as well.
-- observed: SHARE on orders; builds orders_open_idx
-- setup
CREATE TABLE orders (
    id bigint PRIMARY KEY,
    customer_id bigint,
    amount integer NOT NULL,
    status text,
    note text,
    created_at timestamptz
);
-- migration


CREATE

INDEX   orders_open_idx

ON	orders
(created_at   DESC NULLS LAST)

WHERE status  =  'open'  ;
