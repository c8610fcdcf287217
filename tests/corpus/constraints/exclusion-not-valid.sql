-- expect: not-valid-unsupported
-- also: add-exclusion-constraint
-- because: EXCLUDE knows no NOT VALID.
-- observed: fails 0A000
-- setup
CREATE TABLE bookings (id bigint PRIMARY KEY, during tsrange);
-- migration
ALTER TABLE bookings ADD CONSTRAINT no_overlap EXCLUDE USING gist (during WITH &&) NOT VALID;
