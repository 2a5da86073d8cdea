"""Copy kept models of a finished run to workflow/models, from where a clone that never ran anything reads them.

``make models`` runs it. Each folder holds a model, its card, and the commit and configuration of the run
are in the manifest, with the digest of every file.
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


def main(results: Path, released: Path = RELEASED) -> None:
    """Copy all kept models of glasses, and kept surrogates of crystals, below a folder of results.

    A model of a glass comes to ``<system>/<model>``, a surrogate to ``crystal/<system>/<model>``.

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
    glasses = sorted(path.parent for path in results.glob("glass/*/kept/*/model.json"))
    kept = {folder: f"{folder.parts[-3]}/{folder.name}" for folder in glasses}
    for path in sorted(results.glob("crystal/surrogate/kept/*/model.json")):
        system = json.loads(path.read_text(encoding="utf-8"))["system"]
        kept[path.parent] = f"crystal/{system}/{path.parent.name}"
    if not kept:
        raise FileNotFoundError(
            f"{results}/glass/*/kept: no kept model; run `snakemake kept_models` first"
        )
    digests: dict[str, str] = {}
    for folder, place in kept.items():
        target = released / place
        target.mkdir(parents=True, exist_ok=True)
        for name in FILES:
            shutil.copyfile(folder / name, target / name)
            digest = hashlib.sha256((target / name).read_bytes()).hexdigest()
            digests[f"{place}/{name}"] = digest
    commit = json.loads((results / "manifest.json").read_text(encoding="utf-8")).get("commit", "")
    manifest = {"commit": commit, "sha256": digests}
    (released / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "results")
