SET lock_timeout = '5s';
SET LOCAL statement_timeout TO '1min';
ALTER TABLE customers ADD COLUMN "Plan" text NOT NULL DEFAULT 'free';
RESET lock_timeout;
