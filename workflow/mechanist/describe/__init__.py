"""Descriptors and indicators, one per file, loaded by file name (see :mod:`.descriptor`)."""
