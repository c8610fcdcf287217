SELECT count(*) > 503 FROM pieces;
SELECT count(*) > 0 FROM pieces WHERE maker_code LIKE 'k%';
SELECT NOT EXISTS (SELECT FROM pieces p WHERE NOT EXISTS (SELECT FROM makers m WHERE m.code = p.maker_code));
