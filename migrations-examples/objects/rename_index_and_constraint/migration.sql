-- Names that say what they name: an index and constraints of each kind.
ALTER INDEX idx1 RENAME TO members_team_id_idx;
ALTER TABLE members RENAME CONSTRAINT fk_team TO members_team_id_fkey;
ALTER TABLE teams RENAME CONSTRAINT c1 TO teams_size_check;
ALTER TABLE teams RENAME CONSTRAINT code_uq TO teams_code_key;
