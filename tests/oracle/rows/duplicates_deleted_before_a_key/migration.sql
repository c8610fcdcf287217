DELETE FROM t a USING t b WHERE a.id > b.id AND a.e = b.e;
ALTER TABLE t ADD CONSTRAINT t_e_key UNIQUE (e);
