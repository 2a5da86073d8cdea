"""Descriptors and indicators, one a file; a file is found by its name (see :mod:`.registry`)."""
