"""Copy kept models of a finished run to workflow/models, from where a clone that never ran anything reads them.

``make models`` runs it. Each folder holds a model and its card; the manifest names the commit of the run that
each system comes from, and the digest of every file.
"""

import hashlib
import json
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
RELEASED: Final = ROOT / "workflow" / "models"
FILES: Final = ("model.json", "numbers.npz", "card.md")
#: A name that cannot lead out of a folder.
PLAIN: Final = re.compile(r"[A-Za-z0-9_]+")
#: Models to release of each wing, or None for all that the run has kept.
MODELS: Final[dict[str, tuple[str, ...] | None]] = {
    "glass": None,
    "dislocation": ("both", "first_burst", "taylor"),
    "crystal": None,
}


def main(results: Path, released: Path = RELEASED) -> None:
    """Copy kept models below a folder of results; released models of other systems stay.

    A model of glasses or dislocations comes to ``<system>/<model>``, a surrogate of crystals to
    ``crystal/<system>/<model>``.

    Parameters
    ----------
    results : Path
        Results of a finished run.
    released : Path
        Where models are released.

    Raises
    ------
    FileNotFoundError
        If the run has kept no model.
    ValueError
        If the card of a model names a place outside the folder of released models.
    """
    kept = dict(places(results))
    if not kept:
        raise FileNotFoundError(
            f"{results}: no kept model of {', '.join(MODELS)}; run `snakemake kept_models` first"
        )
    commit = json.loads((results / "manifest.json").read_text(encoding="utf-8")).get("commit", "")
    place = released / "manifest.json"
    known = json.loads(place.read_text(encoding="utf-8")) if place.exists() else {}
    commits: dict[str, str] = dict(known.get("commits", {}))
    for folder, name in kept.items():
        target = released / name
        target.mkdir(parents=True, exist_ok=True)
        for file in FILES:
            shutil.copyfile(folder / file, target / file)
        commits[str(Path(name).parent)] = commit
    digests = {
        str(path.relative_to(released)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(released.rglob("*"))
        if path.is_file() and path != place
    }
    manifest = {"commits": dict(sorted(commits.items())), "sha256": digests}
    place.write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


def places(results: Path) -> Iterator[tuple[Path, str]]:
    """Yield the folder of each model to release, and where it comes to."""
    for wing, names in MODELS.items():
        for path in sorted(results.glob(f"{wing}/*/kept/*/model.json")):
            folder = path.parent
            if names is None or folder.name in names:
                system = folder.parts[-3]
                if wing == "crystal":
                    name = json.loads(path.read_text(encoding="utf-8"))["system"]
                    if not (isinstance(name, str) and PLAIN.fullmatch(name)):
                        raise ValueError(
                            f"{path}: system {name!r}, expected a name of letters, digits and"
                            " underscores; make the model anew with `snakemake kept_models`"
                        )
                    system = f"crystal/{name}"
                yield folder, f"{system}/{folder.name}"


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "results")
