"""Labels and roles of models, by name: what figures and tables take from the entries of models."""

from collections.abc import Mapping

from mechanist.settings.entry_types.block_entries import LabelEntry

#: In the order of the configuration; the entries may hold more.
LabelEntries = Mapping[str, LabelEntry]
