ALTER TABLE downloads DROP COLUMN id;
ALTER TABLE downloads ALTER COLUMN day TYPE date;
ALTER TABLE downloads ADD PRIMARY KEY (crate, day);
ALTER TABLE "Views" ALTER COLUMN "Day" TYPE date, DROP CONSTRAINT "Views_pkey", ADD CONSTRAINT "Views_pkey" PRIMARY KEY (crate, "Day");
