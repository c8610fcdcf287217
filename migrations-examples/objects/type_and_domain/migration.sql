-- New columns of types that come in the same file: an enum and a domain.
CREATE TYPE carrier AS ENUM ('post', 'courier');
CREATE DOMAIN weight_grams AS integer CHECK (VALUE > 0);
ALTER TABLE shipments ADD COLUMN carrier carrier NOT NULL DEFAULT 'post', ADD COLUMN weight weight_grams;
