UPDATE t SET a = o.v FROM o WHERE o.tid = t.id;
