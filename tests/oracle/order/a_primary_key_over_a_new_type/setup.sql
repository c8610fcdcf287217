CREATE TABLE downloads (id serial PRIMARY KEY, crate int NOT NULL, day timestamp NOT NULL);
CREATE TABLE "Views" (id int, crate int NOT NULL, "Day" timestamp NOT NULL, CONSTRAINT "Views_pkey" PRIMARY KEY (id));
INSERT INTO downloads (crate, day) SELECT n % 5, '2024-01-01'::date + n FROM generate_series(1, 30) n;
INSERT INTO "Views" SELECT n, n % 5, '2024-01-01'::date + n FROM generate_series(1, 30) n;
