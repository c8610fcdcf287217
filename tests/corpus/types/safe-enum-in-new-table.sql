-- expect: nothing
-- because: A new type in a new table.
-- observed: nothing on existing tables
-- setup
-- migration
CREATE TYPE "Status" AS ENUM ('OPEN', 'DONE');
CREATE TABLE "Task" (
    "id" TEXT NOT NULL,
    "status" "Status" NOT NULL DEFAULT 'OPEN',
    CONSTRAINT "Task_pkey" PRIMARY KEY ("id")
);
