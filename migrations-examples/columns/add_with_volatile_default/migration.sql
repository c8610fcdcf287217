-- Give every row a token of its own: a default that would rewrite the table.
ALTER TABLE users ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid();
CREATE UNIQUE INDEX users_token_key ON users (token);
