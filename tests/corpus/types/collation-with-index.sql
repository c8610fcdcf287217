-- expect: change-type-rescans
-- because: Another collation is another order: the index is built again.
-- observed: ACCESS EXCLUSIVE on words; builds words_word
-- setup
CREATE TABLE words (id bigint PRIMARY KEY, word text COLLATE "POSIX");
CREATE INDEX words_word ON words (word);
-- migration
ALTER TABLE words ALTER COLUMN word TYPE text COLLATE "C";
