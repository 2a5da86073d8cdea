"""Continuum laws of dislocations, found in ensembles of discrete ones."""
