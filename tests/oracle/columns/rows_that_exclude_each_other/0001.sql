ALTER TABLE rooms ADD CONSTRAINT "one at a time" EXCLUDE USING gist ("Room" WITH &&, during WITH &&) WHERE (active);
