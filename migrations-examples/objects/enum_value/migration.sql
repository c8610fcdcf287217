-- Orders can be packed before they are shipped: one more value of an enum.
ALTER TYPE order_status ADD VALUE 'packed' BEFORE 'shipped';
