-- expect: nothing
-- because: The table is created here.
-- observed: nothing on existing tables
-- setup
-- migration
CREATE TABLE sessions (token text PRIMARY KEY);
ALTER TABLE sessions ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid();
ALTER TABLE sessions ADD COLUMN seq bigserial;
ALTER TABLE sessions ADD COLUMN length integer GENERATED ALWAYS AS (length(token)) STORED;
ALTER TABLE sessions ADD COLUMN agent text NOT NULL;
