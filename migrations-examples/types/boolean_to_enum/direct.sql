CREATE TYPE answer AS ENUM ('no', 'unsure', 'yes');
ALTER TABLE guests ALTER COLUMN coming TYPE answer USING CASE WHEN coming THEN 'yes' ELSE 'no' END::answer;
