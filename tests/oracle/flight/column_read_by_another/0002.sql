ALTER TABLE "Users" RENAME COLUMN "E-mail" TO mail;
