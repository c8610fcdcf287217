ALTER TABLE "Notes" ALTER COLUMN "Body" TYPE text, ALTER COLUMN title TYPE varchar(30);
