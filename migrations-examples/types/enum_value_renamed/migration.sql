-- Give a value of an enum its right spelling. The new release reads both, and writes the one that is there.
ALTER TYPE state RENAME VALUE 'canceled' TO 'cancelled';
