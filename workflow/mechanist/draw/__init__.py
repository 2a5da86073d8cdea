"""The one figure style and shared panels; nothing in here computes."""
