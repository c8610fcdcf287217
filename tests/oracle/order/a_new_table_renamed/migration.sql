CREATE TABLE n (id int primary key, t_id int references t); ALTER TABLE n RENAME TO m; CREATE INDEX ON m (t_id); COMMENT ON TABLE m IS $$hi$$; GRANT SELECT ON m TO PUBLIC; CREATE TABLE n (x int);
