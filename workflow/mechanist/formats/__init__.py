"""Strict readers and writers, one format a file, and the tables that stages exchange."""
