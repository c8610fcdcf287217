DO $$ BEGIN CREATE ROLE parts_reader_role; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
CREATE TABLE makers (code varchar(20) COLLATE "C" PRIMARY KEY);
CREATE TABLE parts (
  code varchar(20) COLLATE "C" NOT NULL DEFAULT 'none',
  label text NOT NULL DEFAULT '',
  size integer NOT NULL DEFAULT 1,
  CONSTRAINT parts_pk PRIMARY KEY (code),
  CONSTRAINT parts_label_once UNIQUE (label, code),
  CONSTRAINT parts_code_filled CHECK (code <> '' AND length(code) < 15),
  CONSTRAINT parts_maker FOREIGN KEY (code) REFERENCES makers (code) DEFERRABLE INITIALLY DEFERRED
);
CREATE TABLE stock (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  part varchar(20) COLLATE "C" NOT NULL,
  amount integer NOT NULL DEFAULT 0,
  CONSTRAINT stock_part FOREIGN KEY (part) REFERENCES parts (code) ON DELETE CASCADE
);
CREATE INDEX parts_lower ON parts (lower(code)) WHERE code > 'b' AND size > 0;
CREATE INDEX parts_pattern ON parts (code varchar_pattern_ops DESC) INCLUDE (size);
CREATE STATISTICS parts_related (dependencies, mcv) ON code, size FROM parts;
CREATE VIEW big_parts WITH (security_barrier = true) AS SELECT code, size FROM parts WHERE size > 10;
CREATE VIEW bigger_parts AS SELECT code || '!' AS loud, size FROM big_parts WHERE size > 20;
ALTER TABLE parts ALTER COLUMN code SET STATISTICS 250;
ALTER TABLE parts ENABLE ROW LEVEL SECURITY;
CREATE POLICY parts_visible ON parts FOR SELECT TO parts_reader_role USING (code <> 'hidden');
CREATE FUNCTION parts_touched() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.label := coalesce(NEW.label, ''); RETURN NEW; END $$;
CREATE TRIGGER parts_code_changed AFTER UPDATE OF code ON parts FOR EACH ROW WHEN (old.code IS DISTINCT FROM new.code) EXECUTE FUNCTION parts_touched();
GRANT SELECT (code), UPDATE (code) ON parts TO parts_reader_role;
GRANT SELECT ON big_parts TO parts_reader_role;
COMMENT ON COLUMN parts.code IS 'the maker''s "code"';
COMMENT ON CONSTRAINT parts_pk ON parts IS 'the key';
COMMENT ON VIEW big_parts IS 'what is big';
COMMENT ON COLUMN big_parts.code IS 'see parts';
INSERT INTO makers SELECT 'm' || n FROM generate_series(1, 600) n;
INSERT INTO makers VALUES ('hidden'), ('none'), ('é''"');
INSERT INTO parts (code, label, size) SELECT 'm' || n, 'part ' || n, n % 40 FROM generate_series(1, 500) n;
INSERT INTO parts VALUES ('hidden', 'x', 5), ('é''"', 'y', 6);
INSERT INTO stock (part, amount) SELECT code, size FROM parts;
