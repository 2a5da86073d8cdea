"""Governing equations from data: terms, weak form, sparse regression, selection, priors."""
