"""Which material a glass is made of: the name of its file, and the parameters that it is given."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mechanist.core.narrowing import mapping, text


@dataclass(frozen=True)
class MaterialChoice:
    """A material by the name of its file in ``mechanics/materials``.

    Parameters
    ----------
    name : str
        Name of the file without its suffix.
    parameters : mapping
        Arguments of the file's function ``material``.
    """

    name: str = "kob_andersen"
    parameters: Mapping[str, object] = field(default_factory=dict)

    @classmethod
    def from_entry(cls, entry: Mapping[str, object]) -> "MaterialChoice":
        """Read the choice from an entry of ``glass/systems``; ``model`` is an older ``material``."""
        name = entry.get("material", entry.get("model", DEFAULT.name))
        return cls(text(name), dict(mapping(entry.get("material_parameters", {}))))


#: Material of systems that name none, and of configurations that state none.
DEFAULT = MaterialChoice()
