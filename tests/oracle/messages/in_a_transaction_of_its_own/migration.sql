BEGIN;
ALTER TABLE customers ADD COLUMN "Plan" text;
CREATE INDEX "By plan" ON customers ("Plan");
COMMIT;
