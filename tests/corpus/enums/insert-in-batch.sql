-- expect: enum-value-same-transaction
-- because: One query string is one transaction.
-- transaction: batch
-- observed: fails 55P04
-- setup
CREATE TYPE status AS ENUM ('open', 'done');
CREATE TABLE tickets (id bigint PRIMARY KEY, status status NOT NULL);
-- migration
alter type public.status add value if not exists 'stuck' before 'done';
insert into tickets (id, status) values (900001, 'stuck');
