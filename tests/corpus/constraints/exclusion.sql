-- expect: add-exclusion-constraint
-- because: The index is built under ACCESS EXCLUSIVE, and every row compared with it.
-- observed: ACCESS EXCLUSIVE on bookings; scans bookings; builds no_overlap
-- setup
CREATE TABLE bookings (id bigint PRIMARY KEY, room integer, during tsrange);
-- migration
ALTER TABLE bookings ADD CONSTRAINT no_overlap EXCLUDE USING gist (during WITH &&);
