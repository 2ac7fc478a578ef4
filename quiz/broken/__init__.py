"""Break it and mend it: small networks trained with a fault, what one sees of it, and what mends it."""
