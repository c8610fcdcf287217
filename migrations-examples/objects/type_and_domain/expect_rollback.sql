SELECT bool_and(note IN ('old', 'new')) FROM shipments WHERE id > 100000;
