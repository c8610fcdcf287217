DROP DOMAIN IF EXISTS sales."Mail";
CREATE DOMAIN sales."Mail" AS varchar(200) CONSTRAINT "Has at" CHECK (VALUE ~ '@');
CREATE TABLE sales.letters (id bigint PRIMARY KEY, "To" sales."Mail");
