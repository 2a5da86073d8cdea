"""Descriptors and indicators in files that :mod:`.descriptor` explains; helpers in ``shared``."""
