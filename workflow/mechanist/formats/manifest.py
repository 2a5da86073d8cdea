"""Record the digest of every output of a run, to detect later damage.

Snakemake compares times, not contents: a result that is truncated or overwritten after its job has
finished passes for finished. The manifest is written when a run ends and holds no times, so that
equal results give equal manifests. Outputs that measure cost (seconds, megabytes) are marked: they
are checked for damage like all others, but their bytes differ between runs.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from mechanist.core.atomic import write_text
from mechanist.core.errors import FormatError

SCHEMA: Final = "mechanist.manifest/1"
#: Bytes read at once.
CHUNK: Final = 1 << 20


@dataclass(frozen=True)
class Entry:
    """One output.

    Parameters
    ----------
    sha256 : str
        Digest of the content.
    size : int
        Size in bytes.
    rule : str
        Rule that makes the output.
    code : str
        Hash of the library code of the rule; empty if the rule has none.
    measured : bool
        Whether the output holds measured costs, which differ from run to run.
    """

    sha256: str
    size: int
    rule: str
    code: str = ""
    measured: bool = False


@dataclass(frozen=True)
class Output:
    """What the workflow knows about an existing output.

    Parameters
    ----------
    path : Path
        Relative to the working directory.
    rule, code, measured
        As in :class:`Entry`.
    finished : float, optional
        When its job ended, in seconds since the epoch; None if not recorded.
    """

    path: Path
    rule: str
    code: str
    measured: bool
    finished: float | None


@dataclass(frozen=True)
class Manifest:
    """Digests of all outputs of a run, and their origin.

    Parameters
    ----------
    about : mapping
        Seed, commit and versions.
    entries : mapping of str to Entry
        By path relative to the working directory.
    """

    about: Mapping[str, Any]
    entries: Mapping[str, Entry]


@dataclass(frozen=True)
class Damage:
    """An output that was lost or altered after its run.

    Parameters
    ----------
    path : str
        Relative to the working directory.
    rule : str
        Rule that makes the output.
    problem : str
        What is wrong with the output.
    """

    path: str
    rule: str
    problem: str


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    sha = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(CHUNK):
            sha.update(block)
    return sha.hexdigest()


def updated(
    path: Path, outputs: Iterable[Output], about: Mapping[str, object], *, complete: bool
) -> Manifest:
    """Update the manifest after a run, write it and return it.

    An output whose job did not run since the manifest was last written keeps its entry, so that
    damage done in between is not mistaken for a result.

    Parameters
    ----------
    path : Path
        Manifest to create or update.
    outputs : iterable of Output
        Outputs of all jobs of the run, done now or before.
    about : mapping
        Seed, commit and versions.
    complete : bool
        Whether the run makes all outputs. If so, entries of missing outputs that none of its jobs
        makes are dropped; a partial run keeps them.
    """
    before: dict[str, Entry] = {}
    written = 0.0
    if path.is_file():
        before = dict(read_manifest(path).entries)
        written = path.stat().st_mtime
    entries = {}
    for output in outputs:
        name = str(output.path)
        old = before.pop(name, None)
        done_since = output.finished is not None and output.finished > written
        if old is not None and not done_since:
            entries[name] = old
        elif output.path.is_file():
            entries[name] = _entry(output)
    entries |= {n: e for n, e in before.items() if not complete or Path(n).is_file()}
    manifest = Manifest(about, dict(sorted(entries.items())))
    write_manifest(path, manifest)
    return manifest


def damages(manifest: Manifest) -> list[Damage]:
    """Return every output that is missing, truncated or altered, in order of paths."""
    found = []
    for name, entry in manifest.entries.items():
        file = Path(name)
        if not file.is_file():
            found.append(Damage(name, entry.rule, "missing"))
        elif (size := file.stat().st_size) != entry.size:
            found.append(Damage(name, entry.rule, f"{size} bytes; expected {entry.size}"))
        elif digest(file) != entry.sha256:
            found.append(Damage(name, entry.rule, "altered: same size, other content"))
    return found


def write_manifest(path: Path, manifest: Manifest) -> None:
    """Write a manifest as JSON, in one step."""
    content = {
        "schema": SCHEMA,
        **manifest.about,
        "outputs": {name: asdict(entry) for name, entry in manifest.entries.items()},
    }
    write_text(path, json.dumps(content, indent=1, sort_keys=True) + "\n")


def read_manifest(path: Path) -> Manifest:
    """Return a manifest.

    Raises
    ------
    FormatError
        If the file is missing or is not a manifest.
    """
    remedy = "Run the workflow: a manifest is written at its end"
    if not path.is_file():
        raise FormatError(path, "there is no manifest", remedy=remedy)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content.pop("schema") != SCHEMA:
            raise ValueError
        entries = {name: Entry(**entry) for name, entry in content.pop("outputs").items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        problem = f"not a manifest of kind {SCHEMA!r}"
        raise FormatError(path, problem, remedy=f"Delete it. {remedy}") from error
    return Manifest(content, entries)


def _entry(output: Output) -> Entry:
    size = output.path.stat().st_size
    return Entry(digest(output.path), size, output.rule, output.code, output.measured)
