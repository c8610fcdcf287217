CREATE TYPE "Role" AS ENUM ('USER', 'ADMIN', 'GUEST');
CREATE TABLE "User" (id integer PRIMARY KEY, role "Role" NOT NULL DEFAULT 'USER', granted "Role"[] NOT NULL DEFAULT '{}', name text);
CREATE INDEX "User_role_idx" ON "User" (role, id);
INSERT INTO "User" SELECT i, (ARRAY['USER', 'ADMIN'])[1 + i % 2]::"Role", ARRAY['ADMIN']::"Role"[], 'ł' || i FROM generate_series(1, 900) AS i;
