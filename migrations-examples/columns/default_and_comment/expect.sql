SELECT closed_by = 'new' FROM tickets WHERE id = 2;
