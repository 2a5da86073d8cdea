"""Coordinates together with their law: autoencoders whose latent coordinates obey a sparse equation."""
