ALTER TYPE mood RENAME TO feeling;
COMMENT ON TYPE feeling IS 'x';
