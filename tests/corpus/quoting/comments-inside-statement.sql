-- expect: change-type-rewrites
-- because: Comments may stand between any two words.
-- observed: ACCESS EXCLUSIVE on orders; rewrites orders
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
ALTER /* a */ TABLE -- b
  orders /* c; */ ALTER COLUMN -- d;
  amount TYPE /* int */ bigint -- e
;
