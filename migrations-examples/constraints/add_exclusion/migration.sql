-- No two bookings at the same time: a new table with an exclusion constraint, and another one added to it.
CREATE TABLE bookings (
  id integer PRIMARY KEY,
  during int4range NOT NULL,
  place point NOT NULL DEFAULT '(0,0)',
  cancelled boolean NOT NULL DEFAULT false,
  CONSTRAINT not_at_once EXCLUDE USING gist (during WITH &&) WHERE (NOT cancelled)
);
ALTER TABLE bookings ADD CONSTRAINT one_id EXCLUDE (id WITH =) DEFERRABLE INITIALLY DEFERRED;
