-- `pause`, `resume`, and the pace they set; how long a run has waited; where verification
-- goes on.
ALTER TABLE :state.migrations
  ADD COLUMN paused_at timestamptz,
  ADD COLUMN paused_by text,
  ADD COLUMN pace jsonb NOT NULL DEFAULT '{}';
ALTER TABLE :state.backfills
  ADD COLUMN held interval NOT NULL DEFAULT '0',
  ADD COLUMN verify_cursor bigint,
  ADD COLUMN verify_at timestamptz;
