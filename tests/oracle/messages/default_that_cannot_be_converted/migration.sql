-- midflight: reverse "Level" = "Level"::text
ALTER TABLE customers ALTER "Level" TYPE integer USING "Level"::integer;
