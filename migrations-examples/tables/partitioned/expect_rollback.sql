SELECT kind = 'view' FROM events WHERE id = 4;
