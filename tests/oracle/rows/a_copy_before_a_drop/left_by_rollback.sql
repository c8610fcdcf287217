UPDATE t SET b = "Mixed";
