-- expect: nothing
-- because: Everything is new.
-- transaction: batch
-- observed: nothing on existing tables
-- setup
-- migration
create table if not exists settings (
    key text primary key,
    value jsonb not null default '{}'
);
create index settings_value on settings using gin (value);
insert into settings (key) values ('theme') on conflict do nothing;
