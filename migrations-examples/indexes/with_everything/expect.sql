SELECT bool_and(indisvalid) AND count(*) = 4 FROM pg_index WHERE indrelid = 'users'::regclass;
