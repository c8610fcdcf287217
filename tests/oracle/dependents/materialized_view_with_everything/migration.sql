ALTER TABLE "Ord" ALTER amount TYPE bigint;
