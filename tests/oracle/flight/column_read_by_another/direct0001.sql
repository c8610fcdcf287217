ALTER TABLE "Users" ADD COLUMN domain text;
UPDATE "Users" SET domain = split_part("E-mail", '@', 2);
