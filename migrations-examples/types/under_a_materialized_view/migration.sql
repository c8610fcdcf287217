-- Change the type of a column that a report stores: a second materialized view is filled beside it, and takes the name.
ALTER TABLE sales ALTER COLUMN amount TYPE bigint;
