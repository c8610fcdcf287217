-- expect: index-build-blocks-writes
-- because: Mixed-case tables are tables of their own, and this one exists already.
-- observed: SHARE on User; builds User_email_key
-- setup
CREATE TABLE "User" ("id" SERIAL NOT NULL, "email" TEXT NOT NULL, CONSTRAINT "User_pkey" PRIMARY KEY ("id"));
-- migration
-- CreateIndex
CREATE UNIQUE INDEX "User_email_key" ON "User"("email");
