-- Give a column of a partitioned table a better name, while both names are in use.
ALTER TABLE events RENAME COLUMN amount TO "Cents";
