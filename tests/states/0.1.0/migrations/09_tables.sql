CREATE TABLE tickets (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, quiet_id bigint REFERENCES quiet (id), note text);
CREATE INDEX tickets_quiet_id ON tickets (quiet_id);
CREATE TABLE replies (id bigint PRIMARY KEY, ticket_id bigint NOT NULL REFERENCES tickets (id));
