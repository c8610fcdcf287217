-- expect: add-column-stored-generated
-- because: A stored column is computed for every row at once.
-- transaction: file
-- observed: ACCESS EXCLUSIVE on articles; rewrites articles
-- setup
CREATE TABLE articles (id bigint PRIMARY KEY, title text, body text);
-- migration
ALTER TABLE articles
    ADD COLUMN search tsvector
    GENERATED ALWAYS AS (to_tsvector('english', coalesce(title, '') || ' ' || coalesce(body, ''))) STORED;
CREATE TABLE article_tags (article_id bigint NOT NULL, tag text NOT NULL, PRIMARY KEY (article_id, tag));
