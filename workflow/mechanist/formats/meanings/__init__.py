"""Meanings of columns that tables and figures of the wings share."""
