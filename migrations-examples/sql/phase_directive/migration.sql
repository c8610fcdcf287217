-- A view that only the old release reads, dropped by plain SQL under a directive.
-- midflight: phase contract
DROP VIEW old_names;
