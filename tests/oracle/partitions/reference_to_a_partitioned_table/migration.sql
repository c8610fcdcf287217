ALTER TABLE c ADD CONSTRAINT c_ev FOREIGN KEY (ev_id, ev_day) REFERENCES ev (id, day);
