"""Wheels rebuilt from installed packages, so that pip can install them elsewhere offline."""

import csv
import io
import posixpath
import re
import sys
import zipfile
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.tags import parse_tag, sys_tags

#: Files that installers add or regenerate.
MADE_BY_INSTALLERS = {"INSTALLER", "REQUESTED", "RECORD", "direct_url.json"}
#: Location of packages in an environment; some packages also place files outside it.
PLACE = f"lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages/"


def write_wheels(names: Iterable[str], folder: Path) -> None:
    """Write a wheel of each named installed distribution into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        write_wheel(distribution(name), folder)


def write_wheel(installed: Distribution, folder: Path) -> Path:
    """Write one wheel, uncompressed because it is read only once or twice."""
    stem = f"{re.sub(r'[-.]+', '_', installed.name)}-{installed.version}"
    path = folder / f"{stem}-{wheel_tag(installed)}.whl"
    information = ""
    record = io.StringIO()
    rows = csv.writer(record, lineterminator="\n")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for source, inside in contents(installed):
            outside = inside.startswith("../")
            name = f"{stem}.data/data/{posixpath.normpath(PLACE + inside)}" if outside else inside
            archive.write(source, name)
            rows.writerow([name, "", ""])
            if name.endswith(".dist-info/METADATA"):
                information = name.removesuffix("METADATA")
        rows.writerow([f"{information}RECORD", "", ""])
        archive.writestr(f"{information}RECORD", record.getvalue())
    return path


def contents(installed: Distribution) -> Iterator[tuple[Path, str]]:
    """Yield each file of a wheel and its path, except entry-point scripts, which pip makes."""
    scripts = {entry.name for entry in installed.entry_points if "scripts" in entry.group}
    for file in installed.files or []:
        source = Path(str(file.locate()))
        in_bin = file.parent.name == "bin" and str(file).startswith("..")
        made = file.name in MADE_BY_INSTALLERS and file.parent.name.endswith(".dist-info")
        if "__pycache__" in file.parts or made or (in_bin and file.name in scripts):
            continue
        yield source, str(file)


def wheel_tag(installed: Distribution) -> str:
    """Return the first tag of a distribution that this interpreter supports."""
    text = installed.read_text("WHEEL") or ""
    tags = [line.split(": ")[1] for line in text.splitlines() if line.startswith("Tag: ")]
    taken = set(sys_tags())
    return next(tag for tag in tags if parse_tag(tag) & taken)
