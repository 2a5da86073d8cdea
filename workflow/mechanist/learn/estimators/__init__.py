"""Estimators, one a file; the catalogue lists those that a configuration can name."""
