"""The configuration: its schema, its cross-references and the sample sheet."""
