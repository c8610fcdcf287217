-- Give a table a better name. Both names work until contract.
ALTER TABLE clients RENAME TO customers;
