-- What reshape's pages say is there after all of files/, started and completed.
CREATE TYPE mood AS ENUM ('calm', 'it''s loud', 'glad');
CREATE TABLE people (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    full_name text NOT NULL,
    age integer NOT NULL DEFAULT 18,
    mood mood DEFAULT 'calm',
    fee_cents integer NOT NULL DEFAULT 0
);
INSERT INTO people (full_name, age, fee_cents) VALUES ('Ada', 36, 150), ('Linus', 0, 2000);
CREATE TABLE mail (
    person integer,
    number integer,
    answers integer CONSTRAINT letters_answers_fkey REFERENCES people (id),
    CONSTRAINT letters_pkey PRIMARY KEY (person, number)
);
CREATE VIEW adults AS SELECT id FROM people WHERE age >= 18;
COMMENT ON VIEW adults IS 'grown up';
