"""Entries of `settings/models/audit_block.py` as files hold them, written by `make schema`."""

from typing import TypedDict


class AuditBlockEntry(TypedDict, total=False):
    """Audit of all descriptors against five criteria."""

    skip: list[str]
    parameters: dict[str, dict[str, object]]
    most_steps: int
    most_sizes: int
