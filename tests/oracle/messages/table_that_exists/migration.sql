CREATE TABLE sales."Order Lines" ("Id" integer);
