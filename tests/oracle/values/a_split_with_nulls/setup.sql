CREATE DOMAIN label AS text DEFAULT 'n/a';
CREATE TYPE part AS (a text, b text);
CREATE TABLE people (id integer PRIMARY KEY, name text, "Mail" text);
INSERT INTO people VALUES (1, 'Ann Lee', 'a@x'), (2, 'Bob', NULL), (3, NULL, 'c'), (4, '', ''), (5, 'A  B', '@');
