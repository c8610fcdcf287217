-- Remove an index that the new release doesn't need.
DROP INDEX "Old Index";
