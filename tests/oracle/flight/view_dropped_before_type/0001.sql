DROP VIEW old_people;
