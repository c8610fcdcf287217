-- not compared: notes.id
-- not compared: notes.number
SELECT count(*) = count(DISTINCT id) AND count(*) = count(DISTINCT number) AND count(*) >= 900 FROM notes;
SELECT bool_and(id > 0 AND number > 0) FROM notes;
