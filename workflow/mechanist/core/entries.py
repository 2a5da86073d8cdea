"""Entries of the configuration, as YAML gives them and a schema has checked them."""

from typing import Any

#: One block, or one named entry of a block.
Entry = dict[str, Any]
