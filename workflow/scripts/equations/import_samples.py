"""Import a user's field data into a field file, from .mat, .npz, HDF5 or a long CSV table.

The configuration entry is described in :mod:`mechanist.settings.field_entry`; errors and their
remedies are in :mod:`mechanist.imports.fields`.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mechanist.core.progress import LOGGER, log_to
from mechanist.discover.terms import parse_term
from mechanist.formats.field_files import Truth, write_fields
from mechanist.imports.entry_errors import entry_errors
from mechanist.imports.fields import import_fields

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(out: Path, *, entry: Mapping[str, Any], name: str) -> None:
    """Write the trajectories of one entry.

    Parameters
    ----------
    out : Path
        Field file.
    entry : mapping
        The configuration entry. Besides the description of the files it may hold ``truth``: known
        coefficients, as form to target to term to coefficient.
    name : str
        Name of the entry.
    """
    described = {key: value for key, value in entry.items() if key != "truth"}
    truth = {form: _canonical(equations) for form, equations in (entry.get("truth") or {}).items()}
    read_as: list[str] = []
    with entry_errors(f"equations/imports/{name}", entry):
        data = import_fields(described, say=read_as.append)
    about = {"case": name, "title": name, "kind": "imported", "entry": _plain(described),
             "read_as": read_as}  # fmt: skip
    write_fields(out, data, truth=truth, about=about)
    for note in read_as:
        LOGGER.info(note)
    for one in data:
        LOGGER.info("trajectory %r: grid %s, fields %s", one.name, one.shape, list(one.variables))


def _canonical(equations: Mapping[str, Mapping[str, float]]) -> Truth:
    """Return equations with the canonical names of their terms."""
    return {
        target: {parse_term(term).name: float(value) for term, value in terms.items()}
        for target, terms in equations.items()
    }


def _plain(entry: Mapping[str, object]) -> dict[str, object]:
    """Return an entry in a form that JSON can store."""
    path = entry["path"]
    paths = [str(one) for one in path] if isinstance(path, list | tuple) else str(path)
    return {**entry, "path": paths}


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.output[0]),
            entry=snakemake.params.entry,
            name=snakemake.wildcards.case,
        )
