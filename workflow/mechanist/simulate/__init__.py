"""Embedded simulation engines. Nothing in here knows a descriptor."""
