-- A row's number is its id: whatever a migration changes, both releases write and read it.
CREATE TABLE quiet (id bigint PRIMARY KEY, note text);
INSERT INTO quiet VALUES (1, 'one'), (2, NULL);

CREATE TABLE accounts (id serial PRIMARY KEY, amount integer NOT NULL, seen integer NOT NULL DEFAULT 0);
CREATE TABLE entries (id bigint PRIMARY KEY, account_id integer NOT NULL CONSTRAINT entries_account REFERENCES accounts ON DELETE CASCADE);
CREATE INDEX entries_account_id ON entries (account_id);
INSERT INTO accounts (amount) SELECT n FROM generate_series(1, 40) n;
INSERT INTO entries SELECT n, n FROM generate_series(1, 20) n;

CREATE TABLE amounts (id bigint PRIMARY KEY, amount integer NOT NULL DEFAULT 0 CHECK (amount >= 0), seen integer NOT NULL DEFAULT 0);
CREATE INDEX amounts_amount ON amounts (amount) WHERE amount > 10;
COMMENT ON COLUMN amounts.amount IS 'in cents';
INSERT INTO amounts (id, amount) SELECT n, n FROM generate_series(1, 40) n;

CREATE TABLE "Totals" (id bigint PRIMARY KEY, "Amount" integer NOT NULL DEFAULT 0, seen integer NOT NULL DEFAULT 0);
CREATE INDEX "Totals_Amount" ON "Totals" ("Amount");
INSERT INTO "Totals" (id, "Amount") SELECT n, n FROM generate_series(1, 40) n;

CREATE TABLE people (id bigint PRIMARY KEY, name text NOT NULL, seen integer NOT NULL DEFAULT 0);
INSERT INTO people (id, name) SELECT n, 'Ann ' || n FROM generate_series(1, 40) n;

CREATE TABLE mails (id bigint PRIMARY KEY, legacy text NOT NULL DEFAULT 'x', n bigint, email text, seen integer NOT NULL DEFAULT 0);
CREATE INDEX mails_legacy ON mails (legacy);
INSERT INTO mails (id, n, email) SELECT n, n, CASE WHEN n % 3 > 0 THEN n || '@example.com' END FROM generate_series(1, 40) n;

CREATE TABLE places (id bigint PRIMARY KEY, code text NOT NULL, n bigint, quiet_id bigint DEFAULT 1, seen integer NOT NULL DEFAULT 0);
CREATE INDEX places_old ON places (seen);
INSERT INTO places (id, code, n) SELECT n, 'c' || n, n FROM generate_series(1, 40) n;

CREATE TABLE own (id bigint PRIMARY KEY, n bigint NOT NULL, seen integer NOT NULL DEFAULT 0);
INSERT INTO own (id, n) SELECT n, n FROM generate_series(1, 40) n;

CREATE TABLE goods (id bigint PRIMARY KEY, n bigint NOT NULL, seen integer NOT NULL DEFAULT 0);
INSERT INTO goods (id, n) SELECT n, n FROM generate_series(1, 40) n;
