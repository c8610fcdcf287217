UPDATE sales."Order Lines" SET "Note" = upper("Note") WHERE "Qty" > 5;
