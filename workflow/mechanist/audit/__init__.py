"""Audit of descriptors against five criteria; each descriptor gets one card."""
