CREATE INDEX by_b ON t (b);
