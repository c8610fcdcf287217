CREATE TABLE sales."Codes" ("Code" text NOT NULL, label text);
CREATE UNIQUE INDEX "Codes_key" ON sales."Codes" ("Code");
CREATE TABLE sales.uses (id bigint PRIMARY KEY, "Code" text REFERENCES sales."Codes" ("Code"));
CREATE INDEX ON sales.uses ("Code");
