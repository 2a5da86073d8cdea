"""The common figure style and shared panels; nothing in here computes results."""
