"""Check descriptors that a configuration names against their files, without importing these."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from mechanist.core.narrowing import mapping, text
from mechanist.settings.declared import Declared, declared_in_folders
from mechanist.settings.models.block import Descriptor
from mechanist.settings.names import unknown_names

#: Parameter, and its value, with which a descriptor omits features that need a potential.
POTENTIAL, WITHOUT = "potential", "none"
#: Parameters that make a structural descriptor need a potential.
_SWITCHES: Final = ("force_mismatch",)
#: Where the configuration names the descriptors of each subject.
NAMED_IN: Final[Mapping[str, str]] = {
    "particle": "glass/descriptors",
    "dislocation_sample": "dislocation/descriptors",
    "creep_trajectory": "dislocation/confusion/features",
    "pileup": "`features` of dislocation/pileup/models",
    "density_field": "dislocation/microstructures/models",
    "voxel": "`descriptor` of crystal/surrogate/models",
}
PROBE_NEEDED: Final = "needs a tiny elastic step, which only simulated samples have"
POTENTIAL_NEEDED: Final = "needs the interatomic potential, which is unknown"


def declared_in_library(library: Path) -> dict[str, Declared]:
    """Return all descriptors of a library by name.

    Parameters
    ----------
    library : Path
        Folder of the library.
    """
    return declared_in_folders([library / "describe"])


def unknown_kinds(
    place: str, kinds: Iterable[str], subject: str, known: Mapping[str, Declared]
) -> Iterator[str]:
    """Yield a line for each descriptor that does not exist or describes something else.

    Parameters
    ----------
    place : str
        Path of the descriptors in the configuration.
    kinds : iterable of str
        Names of descriptors.
    subject : str
        What they have to describe.
    known : mapping
        All descriptors by name.
    """
    fitting = [one.kind for one in known.values() if one.subject == subject]
    for kind in kinds:
        if kind in fitting:
            continue
        card = f"subject=SubjectName.{subject.upper()} on its card"
        if kind in known:
            yield f"{place}: {_elsewhere(known[kind], card)}. Known: {', '.join(sorted(fitting))}"
            continue
        (line,) = unknown_names(place, [kind], fitting)
        yield (
            f"{line}; expected a file describe/{kind}.py that sets DESCRIPTOR to its dataclass, with"
            f" {card}"
        )


def _elsewhere(declared: Declared, card: str) -> str:
    """Return where a descriptor belongs that cannot stand where it is named."""
    kind, subject = declared.kind, declared.subject
    if subject not in NAMED_IN:
        return (
            f"{kind!r} has the subject {subject!r}; expected {card} in describe/{declared.file}.py"
        )
    return (
        f"{kind!r} has the subject {subject!r}; descriptors of this subject are named in"
        f" {NAMED_IN[subject]}. Here belongs a descriptor with {card}"
    )


def undeclared_features(
    place: str,
    features: Iterable[str],
    declared_in: str,
    descriptors: Iterable[str],
    known: Mapping[str, Declared],
) -> Iterator[str]:
    """Yield a line for each feature that no entry of a block of descriptors declares.

    Parameters
    ----------
    place : str
        Path of the features in the configuration.
    features : iterable of str
    declared_in : str
        Path of the descriptors in the configuration: a value of :data:`NAMED_IN`.
    descriptors : iterable of str
        Names of its entries.
    known : mapping
        All descriptors of the library by name.
    """
    entries = list(descriptors)
    for name in features:
        for line in unknown_names(place, [name], entries):
            one = known.get(name)
            yield line if one is None else f"{line}; {_declare(one, declared_in)}"


def _declare(one: Declared, declared_in: str) -> str:
    """Return how an existing descriptor becomes a feature, or why it cannot be one here."""
    where = NAMED_IN.get(one.subject)
    if where == declared_in:
        return (
            f"describe/{one.file}.py defines it, so add the line `{one.kind}: {{kind: {one.kind}}}`"
            f" to {declared_in}"
        )
    place = f"; descriptors of this subject are named in {where}" if where else ""
    return f"describe/{one.file}.py defines it, but with the subject {one.subject!r}{place}"


def unknown_descriptors(
    place: str,
    descriptors: Mapping[str, Descriptor],
    subject: str,
    known: Mapping[str, Declared],
) -> Iterator[str]:
    """Yield a line for each entry whose descriptor or parameter does not exist.

    Parameters
    ----------
    place : str
        Path of the descriptors in the configuration.
    descriptors : mapping of str to Descriptor
    subject : str
        What they have to describe.
    known : mapping
        All descriptors by name.
    """
    for name, entry in descriptors.items():
        kind = entry.kind
        problems = list(unknown_kinds(f"{place}/{name}/kind", [kind], subject, known))
        yield from problems
        if not problems:
            given = entry.parameters or {}
            yield from unknown_names(f"{place}/{name}/parameters", given, known[kind].parameters)


def reads_load(entry: Mapping[str, object], library: Path) -> bool:
    """Return whether a descriptor describes a sample under a load.

    Parameters
    ----------
    entry : mapping
        Entry of the configuration: ``kind`` and, optionally, ``parameters``.
    library : Path
        Folder of the library.
    """
    declared = declared_in_library(library).get(text(entry["kind"]))
    return declared is not None and declared.flags.get("load_aware", False)


def without_potential(
    entry: Mapping[str, object],
    library: Path,
    *,
    reason: str = POTENTIAL_NEEDED,
    simulated: bool = False,
) -> dict[str, object] | str:
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
    parameters = mapping(entry.get("parameters", {}))
    declared = declared_in_library(library).get(text(entry["kind"]))
    if declared is None:
        return dict(entry)  # the check of names reports it
    if declared.flags.get("needs_probe"):
        return dict(entry) if simulated else PROBE_NEEDED
    if any(parameters.get(name) for name in _SWITCHES):
        return reason
    if not declared.flags.get("needs_potential"):
        return dict(entry)
    if POTENTIAL in declared.parameters:
        return {**entry, "parameters": {**parameters, POTENTIAL: WITHOUT}}
    return reason
