"""Copy kept models of a finished run to workflow/models, from where a clone that never ran anything reads them.

``make models`` runs it. Each folder holds a model and its card; the manifest names the commit of the run that
each system comes from, and the digest of every file.
"""

import hashlib
import json
import shutil
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
RELEASED: Final = ROOT / "workflow" / "models"
FILES: Final = ("model.json", "numbers.npz", "card.md")
#: Models to release of each wing, or None for all that the run has kept.
MODELS: Final[dict[str, tuple[str, ...] | None]] = {
    "glass": None,
    "dislocation": ("both", "first_burst", "taylor"),
}


def main(results: Path, released: Path = RELEASED) -> None:
    """Copy kept models below a folder of results; released models of other systems stay.

    Parameters
    ----------
    results : Path
        Folder of a finished run.
    released : Path
        Where released models stand.

    Raises
    ------
    FileNotFoundError
        If the run has kept no model.
    """
    kept = [
        path.parent
        for wing, names in MODELS.items()
        for path in sorted(results.glob(f"{wing}/*/kept/*/model.json"))
        if names is None or path.parent.name in names
    ]
    if not kept:
        raise FileNotFoundError(
            f"{results}: no kept model of {', '.join(MODELS)}; run `snakemake kept_models` first"
        )
    commit = json.loads((results / "manifest.json").read_text(encoding="utf-8")).get("commit", "")
    place = released / "manifest.json"
    known = json.loads(place.read_text(encoding="utf-8")) if place.exists() else {}
    commits: dict[str, str] = dict(known.get("commits", {}))
    for folder in kept:
        system, model = folder.parts[-3], folder.parts[-1]
        target = released / system / model
        target.mkdir(parents=True, exist_ok=True)
        for name in FILES:
            shutil.copyfile(folder / name, target / name)
        commits[system] = commit
    digests = {
        str(path.relative_to(released)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(released.rglob("*"))
        if path.is_file() and path != place
    }
    manifest = {"commits": dict(sorted(commits.items())), "sha256": digests}
    place.write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "results")
