"""A believable, reproducible and wholly invented world to try the product on."""
