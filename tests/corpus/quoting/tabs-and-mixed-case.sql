-- expect: drop-table
-- because: Keywords have no case, and blanks no meaning.
-- observed: ACCESS EXCLUSIVE on orders
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
	Drop	Table
		If  Exists  Public . Orders
	;
