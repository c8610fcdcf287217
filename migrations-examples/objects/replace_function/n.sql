INSERT INTO items VALUES ({n}, 7);
SELECT cents FROM gross WHERE id = 1;
