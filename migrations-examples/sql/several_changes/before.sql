CREATE TABLE teams (id integer PRIMARY KEY, title text NOT NULL);
CREATE TABLE members (
  id integer PRIMARY KEY,
  team_id integer NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
  rank integer NOT NULL DEFAULT 0,
  since date,
  note text
);
CREATE INDEX members_team_rank ON members (team_id, rank DESC) WHERE rank >= 0 AND team_id > 0;
ALTER TABLE members ADD CONSTRAINT rank_in_team CHECK (rank < 1000000 OR team_id = 1);
INSERT INTO teams SELECT i, 'team ' || i FROM generate_series(1, 50) AS i;
INSERT INTO members SELECT i, 1 + i % 50, i, CASE WHEN i % 2 = 0 THEN date '2026-01-01' + i % 100 END, 'é' || i FROM generate_series(1, 1500) AS i;
