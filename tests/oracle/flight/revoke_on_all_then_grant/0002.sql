GRANT SELECT ON users TO oracle_clerk;
