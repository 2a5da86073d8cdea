"""Models that are kept after they were scored, and what they predict for samples without truth."""
