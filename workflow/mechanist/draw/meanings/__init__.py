"""Meanings of columns of the data of figures, by wing."""
