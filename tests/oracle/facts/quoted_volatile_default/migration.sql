ALTER TABLE sales."Order Lines" ADD COLUMN "Key" uuid DEFAULT "pg_catalog"."gen_random_uuid"() NOT NULL;
