CREATE TABLE other (id int);
DROP INDEX p_id CASCADE;
