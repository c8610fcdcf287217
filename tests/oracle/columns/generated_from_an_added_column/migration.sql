ALTER TABLE posts ADD language text;
UPDATE posts SET language = 'en' || title;
ALTER TABLE posts ADD search text GENERATED ALWAYS AS (language || title) STORED;
