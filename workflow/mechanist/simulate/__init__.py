"""Embedded simulation engines, independent of all descriptors."""
