"""The lists in docs/ of what a wing consists of, and of where to change what, fit the tree."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml
from snakemake.utils import update_config

from mechanist.core.code_hash import LIBRARY
from mechanist.settings.models.settings_model import Settings
from mechanist.settings.references import check_references
from mechanist.settings.schema_errors import SettingsError
from mechanist.settings.typed_settings import typed_settings

ROOT = Path(__file__).parents[3]
WINGS = ROOT / "workflow/mechanist/wings"
WING_CLASSES = [WINGS / "wing.py", WINGS / "learning_wing.py"]
NEW_WING = ROOT / "docs/new_wing.md"
CHANGES = ROOT / "docs/where_to_change.md"
#: Files that a reader writes, outside the tree.
OWN = frozenset({"mine.yaml", "results/eight"})
#: Files that name all wings and that a new wing need not touch, with the reason.
NOT_LISTED = {
    "CHANGELOG.md": "tells what changed",
    "docs/data_dictionary.md": "`make dictionary` writes it",
    "docs/headline.json": "`make readme` writes it",
    "docs/records/smoke_time.md": "a record of a measurement",
    "docs/explanation/index.md": "links to the page of each wing",
    "docs/howto/figure.md": "names the targets of figures",
    "tests/site/test_site.py": "opens some pages of the documentation site",
    "docs/glossary.md": "explains terms",
    "tests/format_files.py": "files of some formats, for tests of readers",
    "tests/fuzz_targets.py": "readers that are tried on damaged files",
    "tests/unit/project/test_docs_map.py": "this test finds a new wing by itself",
    "tests/unit/scripts/test_check_data.py": "examples of users' data",
    "tests/unit/scripts/test_check_data_broken.py": "examples of users' data",
    "tests/unit/settings/test_sample_sheet.py": "examples of rows",
    "tests/unit/settings/test_schema_errors.py": "examples of mistakes",
    "tests/unit/wings/test_published_check.py": "examples of published results",
    "workflow/mechanist/settings/entry_types/settings_model_entries.py": "`make schema` writes it",
    "workflow/schemas/config.schema.json": "`make schema` writes it",
}
USUAL = (
    "descriptor of particles", "descriptor of pileups, voxels", "estimator that reads tables",
    "network that reads states", "material of a glass", "target of glasses", "metric", "new wing", "published number",
    "another strain", "equation of your own", "glass of your own", "figure of glasses",
    "table of a stage",
    "page of the documentation", "input format of particles", "folds of cross-validation",
)  # fmt: skip


class Part(NamedTuple):
    """A part of a wing: pattern of its files, and what one of them holds."""

    name: str
    file: str
    holds: str


def table_rows(text: str, first: str) -> list[list[str]]:
    """Return the cells of the table whose first heading is given."""
    table = re.search(rf"^\| {first} \|.*\n\|[-|]+\|\n((?:\|.*\n)+)", text, re.MULTILINE)
    assert table, f"no table that begins with {first!r}"
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[1].splitlines()]


def parts() -> list[Part]:
    """Return the parts of the list."""
    rows = table_rows(NEW_WING.read_text(), "part")
    return [Part(name, file.strip("`"), holds.strip("`")) for name, file, holds, _ in rows]


def wings(root: Path) -> list[str]:
    """Return the names of all wings: of every class that is a wing and has a name."""
    found = []
    for path in sorted((root / "workflow/mechanist/wings").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef) and node.bases:
                found += [
                    str(line.value.value)
                    for line in node.body
                    if isinstance(line, ast.AnnAssign)
                    and ast.unparse(line.target) == "name"
                    and isinstance(line.value, ast.Constant)
                ]
    return found


def abstract_methods(source: str) -> list[tuple[str, str]]:
    """Return the methods, each with its class, that a module declares abstract."""
    return [
        (line.name, node.name)
        for node in ast.parse(source).body
        if isinstance(node, ast.ClassDef)
        for line in node.body
        if isinstance(line, ast.FunctionDef)
        and any(ast.unparse(one) == "abstractmethod" for one in line.decorator_list)
    ]


def holds(path: Path, wanted: str) -> bool:
    """Return whether a file holds a text, or a YAML file a key such as ``/properties/glass``."""
    text = path.read_text()
    if not wanted.startswith("/"):
        return wanted in text
    block = yaml.safe_load(text)
    for key in wanted[1:].split("/"):
        if not isinstance(block, dict) or key not in block:
            return False
        block = block[key]
    return True


def missing(root: Path, wing: str) -> list[str]:
    """Return the parts of the list that a wing lacks."""
    lacking = []
    for name, file, wanted in parts():
        paths = sorted(root.glob(file.replace("<wing>", wing)))
        if not any(holds(path, filled(wanted, wing)) for path in paths):
            lacking.append(name)
    return lacking


def filled(wanted: str, wing: str) -> str:
    """Return what a part holds for a wing."""
    return wanted.replace("<wing>", wing).replace("<WING>", wing.upper())


def files_that_name(root: Path, names: list[str]) -> list[str]:
    """Return the files of a tree that name all wings, in code or in prose."""
    folders = [root / name for name in ("config", "docs", "tests", "workflow", "envs", "profiles")]
    found = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    found += [path for path in root.glob("*") if path.is_file()] + [root / "results/README.md"]
    patterns = [re.compile(rf"(?<![a-z]){name}(?![a-z])", re.IGNORECASE) for name in names]
    endings = {".json", ".md", ".py", ".rst", ".smk", ".toml", ".typ", ".yaml", ".yml", ""}
    texts = {
        str(path.relative_to(root)): path.read_text(encoding="utf-8", errors="ignore")
        for path in found
        if path.suffix in endings and path.exists()
    }
    return sorted(file for file, text in texts.items() if all(p.search(text) for p in patterns))


def unlisted(root: Path, page: str, names: list[str]) -> list[str]:
    """Return the files that name all wings, but that neither the page nor the exceptions name."""
    listed = {*named_paths(page), *NOT_LISTED}
    return [file for file in files_that_name(root, names) if file not in listed]


def named_paths(text: str) -> Iterator[str]:
    """Yield everything in code marks that is a path: in the tree, or a file of the reader's."""
    for code in re.findall(r"`([^`\n]+)`", text):
        if re.fullmatch(r"[\w<>*./-]+", code) and (
            code.split("/")[0]
            in {"workflow", "config", "docs", "tests", "envs", "profiles", "results"}
            or re.fullmatch(r"[\w.]+\.(ya?ml|md|toml|py|smk)", code)
        ):
            yield code


def lost(text: str) -> list[str]:
    """Return the paths that a page names and the tree lacks."""
    return [
        path
        for path in named_paths(text)
        if path not in OWN and not list(ROOT.glob(re.sub(r"<\w+>\*?", "*", path)))
    ]


def test_the_list_knows_every_wing() -> None:
    assert {"glass", "dislocation", "equations", "crystal"} <= set(wings(ROOT))
    assert len(parts()) > 15


@pytest.mark.parametrize("wing", wings(ROOT))
def test_every_wing_has_every_part(wing: str) -> None:
    assert missing(ROOT, wing) == []


def toy(folder: Path, *, without: str = "") -> Path:
    """Build a wing named toy from the list, without one of its parts."""
    keys: dict[Path, dict[str, object]] = {}
    for name, file, wanted in parts():
        path = folder / file.replace("<wing>", "toy").replace("*", "x")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        if name == without:
            continue
        text = filled(wanted, "toy")
        if text.startswith("/"):
            block = keys.setdefault(path, {})
            for key in text[1:].split("/"):
                block = block.setdefault(key, {})  # type: ignore[assignment]
        elif text:
            comment = "# " if path.suffix == ".py" else ""
            before = "class ToyWing(Wing):\n    " if "ClassVar" in text else comment
            path.write_text(f"{path.read_text()}{before}{text}\n")
        else:
            path.write_text("a caption\n")
    for path, blocks in keys.items():
        path.write_text(yaml.safe_dump(blocks))
    if not {part.holds for part in parts() if part.name == without} - {""} and without:
        (file,) = [part.file for part in parts() if part.name == without]
        (folder / file.replace("<wing>", "toy").replace("*", "x")).unlink()
    return folder


def test_a_toy_wing_with_all_parts_is_complete(tmp_path: Path) -> None:
    assert wings(toy(tmp_path)) == ["toy"]
    assert missing(tmp_path, "toy") == []


@pytest.mark.parametrize("part", [part.name for part in parts()])
def test_a_toy_wing_without_a_part_is_found(tmp_path: Path, part: str) -> None:
    assert missing(toy(tmp_path, without=part), "toy") == [part]


def test_the_page_names_every_file_that_names_all_wings() -> None:
    page = NEW_WING.read_text()
    assert unlisted(ROOT, page, wings(ROOT)) == []
    assert set(NOT_LISTED) <= set(files_that_name(ROOT, wings(ROOT)))
    for file in ("workflow/rules/common.smk", "workflow/mechanist/wings/sheets.py"):
        assert unlisted(ROOT, page.replace(file, ""), wings(ROOT)) == [file]


def test_a_file_that_names_all_wings_is_found(tmp_path: Path) -> None:
    (tmp_path / "workflow").mkdir()
    (tmp_path / "workflow/new.py").write_text('ALL = ("sand", MUD_BLOCK, "clay_models")\n')
    (tmp_path / "workflow/other.py").write_text('ALL = ("sandy", "mud", "clay")\n')
    names = ["sand", "mud", "clay"]
    assert files_that_name(tmp_path, names) == ["workflow/new.py"]
    assert unlisted(tmp_path, "Edit `workflow/other.py`.", names) == ["workflow/new.py"]
    assert unlisted(tmp_path, "Edit `workflow/new.py`.", names) == []


def test_a_wing_of_which_nothing_exists_lacks_everything(tmp_path: Path) -> None:
    assert missing(tmp_path, "toy") == [part.name for part in parts()]


def test_the_page_lists_every_abstract_method_of_a_wing() -> None:
    source = "\n".join(path.read_text() for path in WING_CLASSES)
    rows = table_rows(NEW_WING.read_text(), "method")
    listed = [(method.strip("`"), owner.strip("`")) for method, owner, _ in rows]
    assert listed == abstract_methods(source)
    assert all(answer.endswith(".") for _, _, answer in rows)
    assert ("figure", "Wing") not in listed
    more = source.replace("    def folder(self", "    @abstractmethod\n    def folder(self")
    assert set(abstract_methods(more)) - {*listed} == {("folder", "Wing")}
    assert {line.strip() for line in source.splitlines() if ": ClassVar[" in line} == {
        "name: ClassVar[str]", "category: ClassVar[str]", "tour_figure: ClassVar[str]",
        "sheet: ClassVar[SheetRule]", "subject: ClassVar[Subject]",
    }  # fmt: skip


@pytest.mark.parametrize("page", [NEW_WING, CHANGES], ids=lambda page: page.stem)
def test_every_path_that_a_page_names_exists(page: Path) -> None:
    text = page.read_text()
    named = set(named_paths(text))
    assert len(named) > 3
    assert lost(text) == []
    links = re.findall(r"\]\(([^)]+)\)", text)
    assert all((page.parent / link.partition("#")[0]).exists() for link in links)
    inside = {link[1:] for link in links if link.startswith("#")}
    heads = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    assert inside <= {re.sub(r"[^\w -]", "", head).lower().replace(" ", "-") for head in heads}


def test_a_path_that_does_not_exist_is_found() -> None:
    assert lost("Edit `workflow/mechanist/nowhere.py` and `tests/unit/<name>/none.py`.") == [
        "workflow/mechanist/nowhere.py",
        "tests/unit/<name>/none.py",
    ]
    assert (
        lost("Edit `workflow/mechanist/describe/<name>.py`, `mine.yaml`, `learning/folds`.") == []
    )


def test_the_usual_changes_are_listed_in_whole_sentences() -> None:
    rows = table_rows(CHANGES.read_text(), "change")
    assert len(rows) == len(USUAL)
    for usual, (change, files, sentence) in zip(USUAL, rows, strict=True):
        assert change.startswith(usual)
        assert "`" in files or "](" in files
        assert sentence.endswith(".")
        # Some rows are older than this limit.
        assert max(len(one.split()) for one in re.split(r"\.\s", sentence)) < 60, sentence


def test_the_example_of_another_strain_is_a_valid_configuration() -> None:
    section = CHANGES.read_text().partition("## Another strain")[2]
    example = yaml.safe_load(section.partition("```yaml\n")[2].partition("```")[0])
    check_references(overlaid(example), LIBRARY)
    frames = {**example, "glass": {"figures": example["glass"]["figures"]}}
    with pytest.raises(SettingsError, match=r"figures show strain 0\.08"):
        check_references(overlaid(frames), LIBRARY)


def overlaid(example: dict[str, object]) -> Settings:
    """Return the default settings with some of a user's."""
    content = yaml.safe_load((ROOT / "config/config.yaml").read_text())
    update_config(content, example)
    return typed_settings(content)


def test_the_glossary_is_in_order_and_names_modules_that_exist() -> None:
    text = (ROOT / "docs/glossary.md").read_text()
    terms = [row[0] for row in table_rows(text, "term")]
    assert terms == sorted(terms, key=str.casefold)
    modules = re.findall(r"\[`([\w/]+)`\]", text)
    assert len(modules) >= 5
    missing = [m for m in modules if not (ROOT / f"workflow/mechanist/{m}.py").is_file()]
    assert not missing
