ALTER TYPE sales."State" ADD VALUE 'open' BEFORE 'done';
