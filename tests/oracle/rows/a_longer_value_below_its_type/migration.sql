ALTER TABLE w ALTER COLUMN v TYPE varchar(20);
INSERT INTO w VALUES (40, 'longer than three');
