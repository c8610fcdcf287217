-- expect: not-valid-unsupported
-- also: add-primary-key-builds-index
-- because: PRIMARY KEY knows no NOT VALID.
-- observed: fails 0A000
-- setup
CREATE TABLE logs (id bigint NOT NULL);
-- migration
ALTER TABLE logs ADD CONSTRAINT logs_pkey PRIMARY KEY (id) NOT VALID;
