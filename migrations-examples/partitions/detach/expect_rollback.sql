SELECT count(*) >= 1800 FROM log;
