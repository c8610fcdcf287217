UPDATE t SET b = b + 1, a = a || 'x' WHERE "Mixed" > 20;
