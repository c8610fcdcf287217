CREATE TYPE sales."State_new" AS ENUM ('new', 'done');
ALTER TABLE sales."Order Lines" ALTER COLUMN state DROP DEFAULT;
ALTER TABLE sales."Order Lines" ALTER COLUMN state TYPE sales."State_new" USING (state::text::sales."State_new");
ALTER TYPE sales."State" RENAME TO "State_old";
ALTER TYPE sales."State_new" RENAME TO "State";
DROP TYPE sales."State_old";
ALTER TABLE sales."Order Lines" ALTER COLUMN state SET DEFAULT 'new';
