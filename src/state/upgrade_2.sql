-- `pause`, `resume`, and the pace they set; how long a run has waited.
ALTER TABLE :state.migrations
  ADD COLUMN paused_at timestamptz,
  ADD COLUMN paused_by text,
  ADD COLUMN pace jsonb NOT NULL DEFAULT '{}';
ALTER TABLE :state.backfills
  ADD COLUMN held interval NOT NULL DEFAULT '0';
