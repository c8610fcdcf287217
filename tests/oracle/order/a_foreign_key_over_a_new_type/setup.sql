CREATE TABLE owners (id uuid PRIMARY KEY);
INSERT INTO owners SELECT md5(n::text)::uuid FROM generate_series(1, 40) n;
CREATE TABLE lines (id int PRIMARY KEY, owner text);
INSERT INTO lines SELECT n, md5(n::text) FROM generate_series(1, 30) n;
CREATE TABLE tops (id text PRIMARY KEY);
INSERT INTO tops SELECT md5(n::text) FROM generate_series(1, 20) n;
CREATE TABLE "Kids" (id int PRIMARY KEY, top text REFERENCES tops);
INSERT INTO "Kids" SELECT n, md5(n::text) FROM generate_series(1, 20) n;
