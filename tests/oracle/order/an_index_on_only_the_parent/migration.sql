CREATE INDEX IF NOT EXISTS gin_x ON ONLY ev USING gin (v jsonb_path_ops);
