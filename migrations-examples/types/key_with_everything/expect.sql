SELECT count(*) = 504 FROM parts;
SELECT bool_and(octet_length(code) <= 14 AND code <> '') FROM parts;
SELECT NOT EXISTS (SELECT FROM stock WHERE NOT EXISTS (SELECT FROM parts WHERE code = part));
SELECT size > 7 FROM parts WHERE code = 'm7';
