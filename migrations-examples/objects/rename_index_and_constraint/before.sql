CREATE TABLE teams (id integer CONSTRAINT teams_pk PRIMARY KEY, code text CONSTRAINT code_uq UNIQUE, size integer CONSTRAINT c1 CHECK (size > 0));
CREATE TABLE members (id integer PRIMARY KEY, team_id integer CONSTRAINT fk_team REFERENCES teams (id));
CREATE INDEX idx1 ON members (team_id);
COMMENT ON CONSTRAINT c1 ON teams IS 'No empty teams';
INSERT INTO teams SELECT i, 'code ' || i, i FROM generate_series(1, 300) AS i;
INSERT INTO members SELECT i, i FROM generate_series(1, 300) AS i;
