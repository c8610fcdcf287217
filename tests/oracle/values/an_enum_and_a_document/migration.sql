ALTER TABLE t ALTER COLUMN mood TYPE text USING concat_ws('-', mood, id);
ALTER TABLE t ALTER COLUMN word TYPE mood USING word::mood;
ALTER TABLE t ALTER COLUMN tags TYPE jsonb USING jsonb_build_object('tags', string_to_array(tags, ','), 'say', 'so');
