ALTER TABLE customers ADD COLUMN "Plan" text;
ALTER TABLE customers ADD CONSTRAINT "Has plan" CHECK ("Plan" IS NOT NULL);
