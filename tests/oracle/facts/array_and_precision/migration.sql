ALTER TABLE customers ALTER tags TYPE text[];
ALTER TABLE customers ALTER "seen" TYPE timestamptz(6);
