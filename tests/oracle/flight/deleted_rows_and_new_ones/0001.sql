DELETE FROM cfg WHERE k = 'a';
