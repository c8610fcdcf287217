CREATE TYPE "Role" AS ENUM ('USER','ADMIN','GUEST');
CREATE TYPE plain AS ENUM ('a','b','c');
CREATE TABLE "User" (id int PRIMARY KEY, "role" "Role" NOT NULL DEFAULT 'USER', roles "Role"[] DEFAULT '{USER}', p plain DEFAULT 'a');
CREATE TABLE other (id int PRIMARY KEY, r "Role");
CREATE INDEX "User_role_idx" ON "User" (role);
INSERT INTO "User" SELECT i, (ARRAY['USER','ADMIN'])[i%2+1]::"Role", ARRAY['USER','ADMIN']::"Role"[], (ARRAY['a','b','c'])[i%3+1]::plain FROM generate_series(1,30) i;
INSERT INTO other SELECT i, NULL FROM generate_series(1,3) i; INSERT INTO other SELECT i, 'ADMIN' FROM generate_series(4,9) i;
COMMENT ON TYPE "Role" IS 'who';  
