GRANT SELECT (age) ON users TO oracle_clerk;
