-- What the migrations are to come to, on an idle database.
ALTER TABLE accounts ALTER COLUMN id TYPE bigint;
ALTER TABLE amounts ALTER COLUMN amount TYPE bigint;
ALTER TABLE "Totals" RENAME COLUMN "Amount" TO "Total";
ALTER TABLE people ADD COLUMN first_name text, ADD COLUMN number integer;
UPDATE people SET first_name = split_part(name, ' ', 1), number = split_part(name, ' ', 2)::integer;
ALTER TABLE people ALTER COLUMN first_name SET NOT NULL, DROP COLUMN name;
ALTER TABLE mails DROP COLUMN legacy;
UPDATE mails SET email = coalesce(email, id || '@example.com');
ALTER TABLE mails ALTER COLUMN email SET NOT NULL;
ALTER TABLE places ALTER COLUMN n SET NOT NULL, ADD CONSTRAINT places_positive CHECK (n >= 0), ADD CONSTRAINT places_code UNIQUE (code);
ALTER TABLE places ADD CONSTRAINT places_quiet FOREIGN KEY (quiet_id) REFERENCES quiet (id);
CREATE INDEX places_n ON places (n);
DROP INDEX places_old;
ALTER TABLE own ADD COLUMN checked boolean DEFAULT true;
ALTER TABLE goods RENAME TO products;
CREATE TABLE tickets (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, quiet_id bigint REFERENCES quiet (id), note text);
CREATE INDEX tickets_quiet_id ON tickets (quiet_id);
CREATE TABLE replies (id bigint PRIMARY KEY, ticket_id bigint NOT NULL REFERENCES tickets (id));
