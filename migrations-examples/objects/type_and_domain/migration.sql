-- New columns of types that come in the same file: an enum and a domain. (A domain with constraints is refused here:
-- PostgreSQL rewrites the table for it.)
CREATE TYPE carrier AS ENUM ('post', 'courier');
CREATE DOMAIN weight_grams AS integer;
ALTER TABLE shipments ADD COLUMN carrier carrier NOT NULL DEFAULT 'post', ADD COLUMN weight weight_grams;
