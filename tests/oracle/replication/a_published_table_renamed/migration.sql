-- midflight: allow published-column because the subscribers rename theirs
ALTER TABLE t RENAME TO u;
