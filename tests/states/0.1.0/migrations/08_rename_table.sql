ALTER TABLE goods RENAME TO products;
