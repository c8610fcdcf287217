-- expect: nothing
-- because: The function is text; the trigger's lock lasts a moment.
-- transaction: file
-- observed: SHARE ROW EXCLUSIVE on orders
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
-- +goose Up
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION set_created_at() RETURNS TRIGGER AS $$
BEGIN
    NEW.created_at = now();
    RETURN NEW;
END;
$$ LANGUAGE plpgsql;
-- +goose StatementEnd
CREATE TRIGGER set_created_at BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION set_created_at();
