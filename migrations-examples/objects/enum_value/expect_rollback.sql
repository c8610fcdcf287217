-- PostgreSQL can't remove a value of an enum.
-- left by rollback: ALTER TYPE order_status ADD VALUE 'packed' BEFORE 'shipped'
SELECT status = 'packed' FROM orders WHERE id = 2;
