-- Number the rows that are there and those to come, from a sequence with options of its own.
CREATE SEQUENCE ticket_numbers AS bigint START WITH 1000 INCREMENT BY 5 CACHE 1;
ALTER TABLE tickets ADD COLUMN number bigint NOT NULL DEFAULT nextval('ticket_numbers');
