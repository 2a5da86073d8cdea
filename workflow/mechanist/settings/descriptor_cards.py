"""Read a descriptor's requirements from its card in the source file, without importing it.

The process that plans a run has no numerical packages; it parses ``card = Card(...)`` of the class
that the file assigns to ``DESCRIPTOR``.
"""

import ast
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from mechanist.settings.names import assigned_class, descriptor_parameters

#: Parameter, and its value, with which a descriptor omits features that need a potential.
POTENTIAL, WITHOUT = "potential", "none"
#: Parameters that make a structural descriptor need a potential.
_SWITCHES: Final = ("force_mismatch",)
PROBE_NEEDED: Final = "reads a tiny elastic step, which only a simulation here makes"
POTENTIAL_NEEDED: Final = "needs the interatomic potential, which is not known"


def card_flags(kind: str, library: Path) -> dict[str, bool]:
    """Return the boolean entries of the card of ``describe/<kind>.py``.

    Parameters
    ----------
    kind : str
        Name of the file without its suffix.
    library : Path
        Folder of the library.

    Returns
    -------
    dict of str to bool
        Such as ``needs_potential``; empty if there is no card.
    """
    path = library / "describe" / f"{kind}.py"
    if not path.is_file():
        return {}
    module = ast.parse(path.read_text(encoding="utf-8"))
    named = assigned_class(module, "DESCRIPTOR")
    classes = [n for n in module.body if isinstance(n, ast.ClassDef) and n.name == named]
    for node in [statement for one in classes for statement in one.body]:
        call = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "Card":
            return {
                str(word.arg): word.value.value
                for word in call.keywords
                if isinstance(word.value, ast.Constant) and isinstance(word.value.value, bool)
            }
    return {}


def without_potential(
    entry: Mapping[str, Any],
    library: Path,
    *,
    reason: str = POTENTIAL_NEEDED,
    simulated: bool = False,
) -> dict[str, Any] | str:
    """Return a descriptor's entry for a glass without a usable potential, or why it has none.

    Parameters
    ----------
    entry : mapping
        Entry of the configuration: ``kind`` and, optionally, ``parameters``.
    library : Path
        Folder of the library.
    reason : str
        Why descriptors that need the potential are unusable.
    simulated : bool
        Whether the glass is simulated here, so that the state after an elastic step is known.

    Returns
    -------
    dict or str
        The entry, with ``potential: none`` if the descriptor can omit the features that need a
        potential; otherwise the reason.
    """
    kind, parameters = entry["kind"], entry.get("parameters", {})
    flags = card_flags(kind, library)
    if flags.get("needs_probe"):
        return dict(entry) if simulated else PROBE_NEEDED
    if any(parameters.get(name) for name in _SWITCHES):
        return reason
    if not flags.get("needs_potential"):
        return dict(entry)
    if POTENTIAL in (descriptor_parameters(kind, library) or ()):
        return {**entry, "parameters": {**parameters, POTENTIAL: WITHOUT}}
    return reason
