"""Turn files that users bring into samples, and summarise what was read."""
