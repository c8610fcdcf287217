CREATE TABLE posts ("Id" int PRIMARY KEY, kind varchar(10));
CREATE INDEX posts_kind_idx ON posts (kind);
INSERT INTO posts SELECT g, 'k' || g FROM generate_series(1, 20) AS g;
