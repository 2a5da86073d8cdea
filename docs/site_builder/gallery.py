"""The gallery: every figure of a finished run with its caption, its data and its command.

The manifest of a run says which figures it has; captions are those of the report. Without a run, the
gallery lists all captions, and shows the figures that the repository holds.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Final

import jinja2
import yaml
from places import ROOT

from rules import captions_of_rules

CAPTIONS: Final = ROOT / "workflow/report"
MANIFEST: Final = "manifest.json"
#: Captions that belong to tables and pages, not to figures.
NO_FIGURES: Final = frozenset({
    "equations_elastic_laws", "equations_table", "paper", "scoreboard_table", "trust_coverage",
    "trust_leak_probes", "trust_leakage", "workflow",
})  # fmt: skip
#: Figure that the repository holds, by the caption that belongs to it.
HELD: Final = {
    "glass_strain": "strain.png", "dislocation_strain": "dislocation_strain.png",
    "equations_error": "equations_error.png", "equations_elastic": "equations_elastic.png",
    "crystal_misorientation": "crystal_misorientation.png", "audit": "audit.png",
}  # fmt: skip
#: Pages of the gallery: name, title, and the beginnings of the captions that belong there.
PAGES: Final = {
    "glass": ("Glasses", ("glass",)),
    "dislocation": ("Dislocations", ("dislocation",)),
    "equations": ("Equations", ("equations",)),
    "crystal": ("Crystals", ("crystal",)),
    "experiment": ("Experiments", ("experiment",)),
    "trust": ("Models, audit and trust", ("models", "audit", "trust", "attribution", "scoreboard")),
    "predicted": ("Predictions", ("predicted",)),
}
#: Data files above this size are named, but not copied to the site.
LARGEST_TABLE: Final = 2_000_000


class GalleryError(ValueError):
    """A run is not finished, or one of its figures has no caption."""


@dataclass(frozen=True)
class Figure:
    """One figure of a run.

    Parameters
    ----------
    name : str
        Path below the run's ``figures/``, without suffix: ``ka2d/thesis``.
    caption : str
        Name of its caption in ``workflow/report``.
    folder : Path
        Folder of the run.
    """

    name: str
    caption: str
    folder: Path

    @property
    def picture(self) -> Path:
        """The figure as PNG."""
        return self.folder / f"figures/{self.name}.png"

    @property
    def table(self) -> Path:
        """The data that it shows."""
        return self.folder / f"figures/{self.name}.csv"


def chosen_run(asked: str | None) -> Path | None:
    """Return the folder of the run to show: the one asked for, or the largest finished one here.

    Raises
    ------
    GalleryError
        If the run that was asked for is not finished.
    """
    if asked:
        folder = Path(asked)
        if not (folder / MANIFEST).exists():
            raise GalleryError(
                f"RUN={asked} has no {MANIFEST}; name the folder of a finished run, such as results/smoke"
            )
        return folder
    found = [ROOT / name for name in ("results/paper", "results", "results/smoke")]
    return next((folder for folder in found if (folder / MANIFEST).exists()), None)


def figures_of(folder: Path) -> list[Figure]:
    """Return the figures of a finished run.

    Raises
    ------
    GalleryError
        If a figure has no caption, or the manifest names a figure that is missing.
    """
    outputs = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["outputs"]
    stated = captions_of_rules()
    names = {
        found[1]: about["rule"]
        for path, about in outputs.items()
        if (found := re.search(r"(?:^|/)figures/(.+)\.png$", path))
    }
    found = [
        Figure(name, stated.get(rule) or caption_of(name), folder)
        for name, rule in sorted(names.items())
    ]
    lost = [figure.name for figure in found if not figure.picture.exists()]
    if lost:
        raise GalleryError(f"{folder} lacks the figures {lost}, which its manifest names")
    return found


def caption_of(name: str) -> str:
    """Return the caption of a figure whose rule states none; ``name`` as in :class:`Figure`.

    The rules that draw several figures name the caption after the folder and the figure.

    Raises
    ------
    GalleryError
        If there is none.
    """
    folder, _, stem = name.rpartition("/")
    known = {path.stem for path in CAPTIONS.glob("*.rst")}
    tries = [f"{folder}_{stem}", folder, stem, *(stem[: k.start()] for k in re.finditer("_", stem))]
    tries += [f"glass_{stem}"]
    if folder == "crystal" and stem.startswith("reference_"):
        tries.insert(0, "crystal_reference")
    for one in tries:
        if one in known:
            return one
    raise GalleryError(f"figure {name!r} has no caption among {sorted(known)}")


def caption_text(figure: Figure | str, quantity: str = "the target") -> str:
    """Return a caption as Markdown, of a figure or, with placeholders, of a caption's name."""
    if isinstance(figure, str):
        caption, system = figure, "the system"
    else:
        caption, system = figure.caption, _system(figure)
    source = (CAPTIONS / f"{caption}.rst").read_text(encoding="utf-8")
    parameters = SimpleNamespace(strain=True, quantity=quantity)
    wildcards = SimpleNamespace(system=system, specimen=system)
    about = SimpleNamespace(wildcards=wildcards, params=parameters, config={"seed": "seed"})
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False)  # noqa: S701
    text = environment.from_string(source).render(snakemake=about)
    return re.sub(r"``([^`]+)``", r"`\1`", text).strip()


def _system(figure: Figure) -> str:
    folder, _, stem = figure.name.rpartition("/")
    named = ("models", "predicted", "predicted/poles")
    return stem.partition("_")[2] if folder in named else folder


def columns(table: Path) -> list[tuple[str, str]]:
    """Return names and units of the columns of a table, from the metadata beside it."""
    beside = table.with_name(f"{table.name}-metadata.json")
    if not beside.exists():
        return []
    listed = json.loads(beside.read_text(encoding="utf-8"))["tableSchema"]["columns"]
    units = {one["name"]: one.get("schema:unitText", "") for one in listed}
    return [(name, str(unit)) for name, unit in units.items()]


def shown_page(page: str, run: Path | None) -> tuple[str, list[Figure]]:
    """Return the text of a page of the gallery, and the figures whose files it needs."""
    title, beginnings = PAGES[page]
    lines = [f"# {title}", ""]
    found = [f for f in (figures_of(run) if run else []) if f.caption.startswith(beginnings)]
    for figure in found:
        lines += _entry(figure)
    missing = [name for name in captions(beginnings) if name not in {f.caption for f in found}]
    if missing and run:
        lines += [
            "## Not in this run",
            "",
            "A run of another size or configuration also draws these.",
            "",
        ]
    for name in missing:
        lines += _listed(name, level="###" if run else "##")
    return "\n".join(lines) + "\n", found


def captions(beginnings: Iterable[str]) -> list[str]:
    """Return the names of the captions of figures that begin in one of these ways."""
    names = sorted(path.stem for path in CAPTIONS.glob("*.rst"))
    return [n for n in names if n.startswith(tuple(beginnings)) and n not in NO_FIGURES]


def _entry(figure: Figure) -> list[str]:
    file = figure.name.rpartition("/")[2]
    size = size_of(figure.folder)
    listed = columns(figure.table)
    lines = [
        f"## {figure.name}",
        "",
        f"![{file}](files/{figure.name}.png)",
        "",
        caption_text(figure),
        "",
        f"Data: [{file}.csv](files/{figure.name}.csv)"
        if figure.table.exists() and figure.table.stat().st_size < LARGEST_TABLE
        else f"Data: `{file}.csv` beside the figure in the folder of the run",
        "",
        "```sh",
        f"snakemake {size.target(figure.name)}",
        "```",
        "",
    ]
    if listed:
        lines += ['??? note "Columns of the data"', "", "    | column | unit |", "    |---|---|"]
        lines += [f"    | `{name}` | {unit or '-'} |" for name, unit in listed] + [""]
    return lines


def _listed(name: str, level: str) -> list[str]:
    lines = [f"{level} {name.replace('_', ' ', 1).replace('_', ' ')}", ""]
    if name in HELD:
        lines += [f"![{name}](../{HELD[name]})", ""]
    return [*lines, caption_text(name), ""]


@dataclass(frozen=True)
class Size:
    """The size of a run: its folder as commands name it, and the option that selects it."""

    results: str
    option: str

    def target(self, name: str) -> str:
        """Return what follows ``snakemake`` in the command that makes a figure."""
        return f"{self.results}/figures/{name}.pdf --cores all{self.option}"


def size_of(folder: Path) -> Size:
    """Return the size of a run, by the folder that its manifest names."""
    outputs = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["outputs"]
    results = next(path.partition("/figures/")[0] for path in outputs if "/figures/" in path)
    for name in ("smoke", "paper"):
        overlay = yaml.safe_load((ROOT / f"config/{name}.yaml").read_text(encoding="utf-8"))
        if overlay["pathvars"]["results"] == results:
            return Size(results, f" --configfile config/{name}.yaml")
    return Size(results, "")


def index(run: Path | None) -> str:
    """Return the first page of the gallery."""
    lines = ["# Gallery", ""]
    if run:
        about = json.loads((run / MANIFEST).read_text(encoding="utf-8"))
        results = size_of(run).results
        size = {
            "results": "the default size",
            "results/smoke": "the smoke size, which shows that everything works and"
            " is too small for conclusions",
            "results/paper": "the published size",
        }.get(results, results)
        lines += [
            f"All figures of a finished run of {size} (commit `{about['commit'][:7]}`, seed {about['seed']}).",
            "Each has its caption, its data, and the command that draws it again, with everything that it needs.",
        ]
    else:
        lines += [
            "This site was built without a finished run, so it lists every figure with its caption and shows the",
            "examples that the repository holds. After `make` or `make smoke`, `make docs` shows the figures of the run.",
        ]
    lines += ["", "In commands, `snakemake` means `.venv/bin/snakemake`.", ""]
    for page, (title, _) in PAGES.items():
        lines.append(f"- [{title}]({page}.md)")
    return "\n".join(lines) + "\n"
