CREATE TABLE accounts (id int PRIMARY KEY, "Rate" numeric(6,2), CONSTRAINT one_rate UNIQUE ("Rate"));
INSERT INTO accounts VALUES (1, 1.2), (2, 1.3);
