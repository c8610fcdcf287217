CREATE INDEX by_email ON clients (email);
