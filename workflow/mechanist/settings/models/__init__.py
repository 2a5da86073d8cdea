"""Models of the configuration: one file a block; the schema and the table of keys are generated."""
