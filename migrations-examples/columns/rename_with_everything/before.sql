DO $$ BEGIN CREATE ROLE pieces_reader_role; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
CREATE TABLE makers (code varchar(20) COLLATE "C" PRIMARY KEY);
CREATE TABLE pieces (
  code varchar(20) COLLATE "C" NOT NULL DEFAULT 'none',
  label text NOT NULL DEFAULT '',
  size integer NOT NULL DEFAULT 1,
  CONSTRAINT pieces_pk PRIMARY KEY (code),
  CONSTRAINT pieces_label_once UNIQUE (label, code),
  CONSTRAINT pieces_code_filled CHECK (code <> '' AND length(code) < 15),
  CONSTRAINT pieces_maker FOREIGN KEY (code) REFERENCES makers (code) DEFERRABLE INITIALLY DEFERRED
);
CREATE TABLE stock (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  part varchar(20) COLLATE "C" NOT NULL,
  amount integer NOT NULL DEFAULT 0,
  CONSTRAINT stock_part FOREIGN KEY (part) REFERENCES pieces (code) ON DELETE CASCADE
);
CREATE INDEX pieces_lower ON pieces (lower(code)) WHERE code > 'b' AND size > 0;
CREATE INDEX pieces_pattern ON pieces (code varchar_pattern_ops DESC) INCLUDE (size);
CREATE STATISTICS pieces_related (dependencies, mcv) ON code, size FROM pieces;
CREATE VIEW big_pieces WITH (security_barrier = true) AS SELECT code, size FROM pieces WHERE size > 10;
CREATE VIEW bigger_pieces AS SELECT code || '!' AS loud, size FROM big_pieces WHERE size > 20;
ALTER TABLE pieces ALTER COLUMN code SET STATISTICS 250;
ALTER TABLE pieces ENABLE ROW LEVEL SECURITY;
CREATE POLICY pieces_visible ON pieces FOR SELECT TO pieces_reader_role USING (code <> 'hidden');
CREATE FUNCTION pieces_touched() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.label := coalesce(NEW.label, ''); RETURN NEW; END $$;
CREATE TRIGGER pieces_code_changed AFTER UPDATE OF code ON pieces FOR EACH ROW WHEN (old.code IS DISTINCT FROM new.code) EXECUTE FUNCTION pieces_touched();
GRANT SELECT (code), UPDATE (code) ON pieces TO pieces_reader_role;
GRANT SELECT ON big_pieces TO pieces_reader_role;
COMMENT ON COLUMN pieces.code IS 'the maker''s "code"';
COMMENT ON CONSTRAINT pieces_pk ON pieces IS 'the key';
COMMENT ON VIEW big_pieces IS 'what is big';
COMMENT ON COLUMN big_pieces.code IS 'see pieces';
INSERT INTO makers SELECT 'm' || n FROM generate_series(1, 600) n;
INSERT INTO makers VALUES ('hidden'), ('none'), ('é''"');
INSERT INTO pieces (code, label, size) SELECT 'm' || n, 'part ' || n, n % 40 FROM generate_series(1, 500) n;
INSERT INTO pieces VALUES ('hidden', 'x', 5), ('é''"', 'y', 6);
INSERT INTO stock (part, amount) SELECT code, size FROM pieces;
