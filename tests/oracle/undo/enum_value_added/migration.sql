ALTER TYPE sales."State" ADD VALUE IF NOT EXISTS 'open' BEFORE 'done';
