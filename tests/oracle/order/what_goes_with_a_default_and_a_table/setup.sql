CREATE SEQUENCE first; CREATE SEQUENCE second;
CREATE TABLE t (id int PRIMARY KEY, a int DEFAULT nextval('first'));
CREATE SCHEMA shop;
CREATE TABLE shop.orders (id serial PRIMARY KEY);
CREATE TABLE v (id int PRIMARY KEY);
CREATE VIEW all_of_v AS SELECT id FROM v;
