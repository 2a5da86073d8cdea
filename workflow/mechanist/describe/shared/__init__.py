"""Functions that several descriptors share; nothing in here is a descriptor."""
