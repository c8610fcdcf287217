DO $$ BEGIN
  CREATE TYPE sales."State" AS ENUM ('new', 'done');
EXCEPTION WHEN duplicate_object THEN NULL;
END $$;
ALTER TABLE sales."Order Lines" ADD COLUMN IF NOT EXISTS state sales."State";
