CREATE TABLE notes (id int PRIMARY KEY, doc text, size varchar(20));
CREATE INDEX by_doc ON notes (doc);
ALTER TABLE notes ADD CONSTRAINT doc_is_there CHECK (doc <> '');
INSERT INTO notes SELECT n, format('{"k": %s}', n), 's' || n FROM generate_series(1, 30) n;
