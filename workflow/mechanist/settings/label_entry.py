"""What figures and tables take from the entry of a model: its label and its part in comparisons."""

from collections.abc import Mapping
from typing import TypedDict


class LabelEntry(TypedDict):
    """Label and role of a model; its entry may hold more, which figures do not read."""

    label: str
    role: str


#: Labels and roles of models by name, in the order of the configuration.
LabelEntries = Mapping[str, LabelEntry]
