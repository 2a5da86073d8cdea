"""A stand-in for the conda command line, for tests only.

It implements the five conda commands that Snakemake uses. Rattler, the engine of pixi, solves and
installs the environments, and uv installs their pip part: it links the files of a wheel where pip
copies them for each environment anew, which takes minutes. CONDA_STAND_IN_CHANNELS names the folder of
the channels; uv finds its wheels through its own environment variables.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import rattler
import yaml

#: Version reported to Snakemake; nothing here depends on it.
VERSION = "26.7.1"
HERE = Path(__file__).parent


def read_environment(path: Path) -> tuple[list[str], list[str], list[str]]:
    """Return the channels, conda requirements and pip requirements of an environment file.

    Raises
    ------
    SystemExit
        If the file contains anything else.
    """
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    unknown = sorted(content.keys() - {"name", "channels", "dependencies"})
    if unknown:
        raise SystemExit(f"{path}: unknown keys {unknown}")
    conda, pip = [], []
    for entry in content["dependencies"]:
        if isinstance(entry, str):
            conda.append(entry)
        elif isinstance(entry, dict) and entry.keys() == {"pip"}:
            pip += entry["pip"]
        else:
            raise SystemExit(f"{path}: a dependency is a string or pip's list, not {entry!r}")
    if pip and "pip" not in conda:
        raise SystemExit(f"{path}: has a pip part, but pip is not among the dependencies")
    channels = [name for name in content.get("channels", []) if name != "nodefaults"]
    return channels, conda, pip


async def install(channels: list[str], requirements: list[str], prefix: Path) -> None:
    """Solve ``requirements`` and install the solution into ``prefix``."""
    base = Path(os.environ["CONDA_STAND_IN_CHANNELS"])
    platform = rattler.Subdir.current()
    records = await rattler.solve(
        [(base / channel).as_uri() for channel in channels],
        requirements,
        platforms=[str(platform), "noarch"],
        virtual_packages=rattler.VirtualPackage.detect(),
    )
    await rattler.install(records, prefix, cache_dir=base / "cache", show_progress=False)


def pip_install(requirements: list[str], prefix: Path) -> None:
    """Install ``requirements`` into an environment, as conda lets pip do."""
    environment = {k: v for k, v in os.environ.items() if k not in {"PYTHONHOME", "PYTHONPATH"}}
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(requirements))
        file.flush()
        install = [sys.executable, "-m", "uv", "pip", "install", "--quiet"]
        where = ["--python", str(prefix / "bin/python"), "--break-system-packages"]
        subprocess.run([*install, *where, "-r", file.name], check=True, env=environment)


def create(arguments: list[str]) -> None:
    """Handle `conda env create`."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--file", type=Path, required=True)
    parser.add_argument("--prefix", type=Path, required=True)
    parser.add_argument("--quiet", action="store_true")
    parser.add_argument("--no-default-packages", action="store_true")
    parser.add_argument("--yes", action="store_true")
    chosen = parser.parse_args(arguments)
    channels, conda, pip = read_environment(chosen.file)
    asyncio.run(install(channels, conda, chosen.prefix))
    if pip:
        pip_install(pip, chosen.prefix)


def main(arguments: list[str]) -> None:
    """Handle the commands that Snakemake uses, and reject all others."""
    platform = str(rattler.Subdir.current())
    match arguments:
        case ["--version"]:
            sys.stdout.write(f"conda {VERSION}\n")
        case ["info", "--json"]:
            sys.stdout.write(json.dumps({"conda_prefix": str(HERE), "platform": platform}))
        case ["config", "--get", "channel_priority", "--json"]:
            sys.stdout.write(json.dumps({"get": {"channel_priority": "strict"}}))
        case ["clean", *_]:
            pass  # the cache is deleted with the tests' folder
        case ["env", "create", *rest]:
            create(rest)
        case _:
            raise SystemExit(f"the stand-in for conda does not know {arguments}")


if __name__ == "__main__":
    main(sys.argv[1:])
