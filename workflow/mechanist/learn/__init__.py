"""Splits, estimators and out-of-fold training; nothing in here computes a score."""
