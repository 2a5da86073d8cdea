"""Pack a finished run into an RO-Crate with workflow, configuration, lock, manifest and results.

The crate follows the Workflow RO-Crate profile. Bulk data (samples, features, predictions) are not
included, but the manifest lists their digests. No network is used, and equal runs give equal
crates: the only date is that of the commit.
"""

import mimetypes
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypedDict

from mechanist.core.errors import FormatError
from mechanist.core.progress import LOGGER, log_to
from mechanist.formats.manifest import Manifest, digest, read_manifest

if TYPE_CHECKING:
    from rocrate.rocrate import ROCrate
    from snakemake.iocontainers import snakemake

VERSION: Final = "1.1"
MAIN: Final = "Snakefile"
#: Suffixes of outputs for readers; all other outputs are data, listed in the manifest.
RESULT_SUFFIXES: Final = frozenset({".csv", ".json", ".md", ".pdf", ".png", ".svg"})
#: Patterns of repository files in the crate, relative to the root.
REPOSITORY: Final = (
    "CITATION.cff", "LICENSE", "Makefile", "README.md", "Snakefile", "pyproject.toml",
    "requirements*.lock", "config/*", "envs/*.yaml", "envs/*.py", "profiles/**/*", "workflow/**/*",
)  # fmt: skip
#: Media types that `mimetypes` does not know on every system.
MEDIA: Final = {".cff": "text/yaml", ".csv": "text/csv", ".json": "application/json",
                ".md": "text/markdown", ".py": "text/x-python", ".smk": "text/x-snakemake",
                ".svg": "image/svg+xml", ".yaml": "text/yaml", ".yml": "text/yaml"}  # fmt: skip
LICENCES: Final = {"MIT": "https://spdx.org/licenses/MIT"}


def main(manifest: Path, out: Path, *, root: Path, overlays: Sequence[str], date: str) -> None:
    """Write the crate as a folder.

    Parameters
    ----------
    manifest : Path
        Manifest of the finished run.
    out : Path
        Folder to write; an existing folder is replaced.
    root : Path
        The repository.
    overlays : sequence of str
        Configuration files of the run beyond the default one.
    date : str
        Publication date, ISO 8601.

    Raises
    ------
    FormatError
        If the manifest is missing, or a result is missing or was altered after its run.
    """
    listed = read_manifest(manifest)
    results = sorted(result_files(listed, out))
    sources = sorted(set(repository_files(root)))
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent) as folder:
        crate = described(root, manifest, sources, results, date=date)
        describe_run(crate, listed, manifest, results, overlays)
        whole = Path(folder) / "crate"
        crate.write(whole)
        shutil.rmtree(out, ignore_errors=True)
        whole.replace(out)
    LOGGER.info("%d sources and %d results in %s", len(sources), len(results), out)


def result_files(manifest: Manifest, out: Path) -> Iterator[Path]:
    """Yield the results for readers that a manifest lists.

    Raises
    ------
    FormatError
        If a result is missing or was altered after its run.
    """
    for name, entry in manifest.entries.items():
        path = Path(name)
        if path.suffix not in RESULT_SUFFIXES or out in path.parents:
            continue
        if not path.is_file() or digest(path) != entry.sha256:
            seen = "missing" if not path.is_file() else "altered after its run"
            raise FormatError(path, f"{seen}; expected the content that the manifest lists",
                              remedy="Run `make verify`; it prints the command that rebuilds the file.")  # fmt: skip
        yield path


def repository_files(root: Path) -> Iterator[Path]:
    """Yield the repository files that define a run, relative to the root."""
    for pattern in REPOSITORY:
        for path in root.glob(pattern):
            relative = path.relative_to(root)
            hidden = any(part.startswith((".", "__pycache__")) for part in relative.parts)
            if path.is_file() and not hidden:
                yield relative


class Citation(TypedDict):
    """What the crate takes from ``CITATION.cff``."""

    title: str
    message: str
    license: str
    version: str
    authors: list[dict[str, str]]


def described(
    root: Path, manifest: Path, sources: Sequence[Path], results: Sequence[Path], *, date: str
) -> "ROCrate":
    """Return a crate of all files with their digests.

    Parameters
    ----------
    root : Path
        The repository.
    manifest : Path
    sources, results : sequence of Path
        Paths relative to the repository and to the working directory, also used in the crate.
    date : str
        Date of publication.
    """
    from rocrate.rocrate import ROCrate

    citation = _citation(root)
    crate = ROCrate(gen_preview=False, version=VERSION)
    crate.name, crate.description = citation["title"], citation["message"]
    crate.datePublished = date
    crate.license = crate.add_jsonld({"@id": LICENCES[citation["license"]], "@type": "CreativeWork",
                                      "name": citation["license"]})  # fmt: skip
    crate.creator = [
        crate.add_jsonld({"@id": f"#author-{place}", **author})
        for place, author in enumerate(citation["authors"], start=1)
    ]
    for path in sources:
        if str(path) != MAIN:
            crate.add_file(str(root / path), str(path), properties=_properties(root / path))
    crate.add_workflow(
        str(root / MAIN), MAIN, main=True, lang="snakemake",
        properties={**_properties(root / MAIN), "name": citation["title"],
                    "version": str(citation["version"])},
    )  # fmt: skip
    for path in results:
        crate.add_file(str(path), str(path), properties=_properties(path))
    crate.add_file(str(manifest), str(manifest), properties=_properties(manifest))
    return crate


def describe_run(
    crate: "ROCrate",
    listed: Manifest,
    manifest: Path,
    results: Sequence[Path],
    overlays: Sequence[str],
) -> None:
    """Add the run that made the results, with its configuration and software versions."""
    tools = [crate.add_jsonld(tool) for tool in _tools(listed)]
    workflow = crate.mainEntity
    workflow["softwareRequirements"] = tools
    configuration = ["config/config.yaml", *overlays]
    crate.add_action(
        workflow,
        "#run",
        object=[crate.dereference(name) or crate.get(name) for name in configuration],
        result=[crate.dereference(str(path)) for path in (*results, manifest)],
        properties={"@type": "CreateAction", "name": "The run that made the results",
                    "description": f"Commit {listed.about.get('commit') or 'unknown'}, seed"
                                   f" {listed.about.get('seed', 'unknown')}."},
    )  # fmt: skip


def _tools(listed: Manifest) -> Iterator[dict[str, str]]:
    """Yield the software whose versions affect the results."""
    versions = {**listed.about.get("packages", {}), "python": listed.about.get("python", "")}
    for name, version in sorted(versions.items()):
        yield {"@id": f"#{name}-{version}", "@type": "SoftwareApplication", "name": name,
               "softwareVersion": version}  # fmt: skip


def _properties(path: Path) -> dict[str, str]:
    media = MEDIA.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "text/plain"
    return {
        "name": path.name,
        "encodingFormat": media,
        "contentSize": str(path.stat().st_size),
        "sha256": digest(path),
    }


def _citation(root: Path) -> Citation:
    import yaml

    content: Citation = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    authors = [
        {"@type": "Organization", "name": author["name"]}
        if "name" in author
        else {"@type": "Person", "name": f"{author['given-names']} {author['family-names']}"}
        for author in content["authors"]
    ]
    return {**content, "authors": authors}


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.params.manifest),
            Path(snakemake.output[0]),
            root=Path(snakemake.params.root),
            overlays=snakemake.params.overlays,
            date=snakemake.params.date,
        )
