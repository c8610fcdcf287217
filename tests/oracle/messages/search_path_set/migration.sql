SET search_path TO sales, public;
CREATE TABLE notes (id bigint PRIMARY KEY, line integer REFERENCES "Order Lines");
