"""Types of the entries of the configuration, written by `make schema`; see `write_entries.py`."""
