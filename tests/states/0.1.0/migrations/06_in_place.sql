ALTER TABLE places ALTER COLUMN n SET NOT NULL;
ALTER TABLE places ADD CONSTRAINT places_positive CHECK (n >= 0);
ALTER TABLE places ADD CONSTRAINT places_code UNIQUE (code);
ALTER TABLE places ADD CONSTRAINT places_quiet FOREIGN KEY (quiet_id) REFERENCES quiet (id);
CREATE INDEX places_n ON places (n);
DROP INDEX places_old;
