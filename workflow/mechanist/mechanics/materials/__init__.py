"""Glass-forming materials, one a file, found by the name of the file: see docs/materials.md."""
