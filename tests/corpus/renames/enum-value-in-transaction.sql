-- expect: rename-enum-value
-- because: No lock on any table, and yet every statement with the old label fails.
-- transaction: file
-- observed: nothing on existing tables
-- setup
CREATE TYPE "OrderStatus" AS ENUM ('PENDING', 'SHIPPED');
CREATE TABLE "Order" ("id" SERIAL PRIMARY KEY, "status" "OrderStatus" NOT NULL DEFAULT 'PENDING');
-- migration
ALTER TYPE public."OrderStatus" RENAME VALUE 'PENDING' TO 'WAITING';
