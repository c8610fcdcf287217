UPDATE t SET b = b * 3;
