CREATE TABLE tc (id serial, wn text, job int, step text NOT NULL, PRIMARY KEY (id));
CREATE UNIQUE INDEX tcu ON tc (job, step);
INSERT INTO tc (wn, job, step) SELECT DISTINCT wn, job, step FROM w ON CONFLICT DO NOTHING;
ALTER TABLE tc DROP COLUMN wn;
ALTER TABLE tc RENAME COLUMN step TO path;
CREATE INDEX ON tc (path);
ALTER TABLE tc ADD COLUMN z int DEFAULT 3
