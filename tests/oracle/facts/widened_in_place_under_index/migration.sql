ALTER TABLE sales."Order Lines" ALTER COLUMN "Note" TYPE text;
