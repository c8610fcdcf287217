ALTER TABLE orders RENAME TO purchases;
GRANT SELECT ON purchases TO oracle_clerk;
GRANT UPDATE (note) ON purchases TO oracle_reader;
