-- The name is what `midflight schema` prints; an application has it first in its search_path.
INSERT INTO public_version_schemas.orders VALUES ({n}, 9, 'new');
INSERT INTO public_version_schemas.orders VALUES (3, 10, 'by new') ON CONFLICT (id) DO UPDATE SET amount = excluded.amount, customer_code = excluded.customer_code;
UPDATE public_version_schemas.orders SET amount = 11, customer_code = 'by new' WHERE id = 2;
