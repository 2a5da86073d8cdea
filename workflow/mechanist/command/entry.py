"""The console command ``mechanist``: what can be done with the library alone, without a workflow."""

import argparse
import importlib
import logging
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import mechanist
from mechanist.core.errors import FormatError
from mechanist.settings.schema_errors import SettingsError

_SHEET: Final = "tab-separated sheet with the columns of config/samples.tsv"
_OVERLAY: Final = (
    "files of settings that override the default ones; later files override earlier ones"
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0, or 1 if something is wrong with what it was given."""
    asked = _parser().parse_args(arguments)
    logging.basicConfig(format="%(message)s", level=logging.WARNING)
    run: Callable[[argparse.Namespace], int] = asked.run
    try:
        return run(asked)
    except (FormatError, SettingsError, OSError) as error:
        print(error, file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="mechanist",
        description="Check, describe and predict files of your own by the library of the Mechanist workflow.",
    )
    parser.add_argument("--version", action="version", version=f"mechanist {mechanist.__version__}")
    commands = parser.add_subparsers(title="commands", metavar="command", required=True)

    def command(
        name: str, run: Callable[[argparse.Namespace], int], about: str
    ) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=about, description=f"{about[0].upper()}{about[1:]}.")
        made.set_defaults(run=run)
        return made

    data = command(
        "check-data",
        _check_data,
        "read all simulations that a sheet names, print what is understood, and list every problem",
    )
    data.add_argument("sheet", nargs="?", type=Path, help=_SHEET)
    data.add_argument("--predict", type=Path, metavar="SHEET", help="sheet of samples to predict")
    data.add_argument(
        "--configfile", nargs="+", type=Path, default=[], metavar="FILE", help=_OVERLAY
    )

    describe = command(
        "describe",
        _describe,
        "print what a file of results holds: columns, units and their meaning",
    )
    describe.add_argument("file", nargs="+", type=Path, help="file of results")

    look = command(
        "look",
        _look,
        "write every state of samples of a run for ParaView (.vtp, .vti) and OVITO (.xyz)",
    )
    look.add_argument(
        "file",
        nargs="+",
        type=Path,
        help="samples of glasses, dislocations or polycrystals (.h5), or a network of dislocation lines",
    )
    look.add_argument(
        "--out",
        type=Path,
        default=Path("looked"),
        metavar="FOLDER",
        help="receives the files (default: %(default)s)",
    )

    predict = command(
        "predict",
        _predict,
        "predict samples that nobody has loaded, by models that come with the library or that a run has kept",
    )
    predict.add_argument("sheet", type=Path, help=_SHEET)
    predict.add_argument(
        "--out",
        type=Path,
        default=Path("predicted"),
        metavar="FOLDER",
        help="receives <system>/<sample>/ (default: %(default)s)",
    )
    predict.add_argument(
        "--results",
        type=Path,
        default=Path("results"),
        metavar="FOLDER",
        help="results of the run whose kept models predict rows without {released: true}"
        " (default: %(default)s)",
    )
    predict.add_argument(
        "--configfile", nargs="+", type=Path, default=[], metavar="FILE", help=_OVERLAY
    )

    for name, module, room in (
        ("descriptor", "check_descriptor", "mechanist.describe"),
        ("model", "check_model", "mechanist.learn.estimators"),
    ):
        check = command(
            f"check-{name}",
            _contract(f"mechanist.contract.{module}", room),
            f"check that a file meets the contract of a {name}",
        )
        check.add_argument("name", help=f"a {name} of the library, or a file of yours, <name>.py")
    return parser


def _check_data(asked: argparse.Namespace) -> int:
    from mechanist.command.run_settings import run_of
    from mechanist.command.user_data import DataError, check_user_data

    run = run_of(asked.configfile, sheet=asked.sheet, predict=asked.predict)
    try:
        check_user_data(
            asked.sheet,
            settings=run.import_settings,
            schema=run.schema,
            asked=run.predictions.to_check(),
            asked_problems=run.asked.problems_to_tell(),
        )
    except DataError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _describe(asked: argparse.Namespace) -> int:
    from mechanist.contract.described_file import describe_file

    print("\n\n".join(describe_file(path) for path in asked.file))
    return 0


def _look(asked: argparse.Namespace) -> int:
    from mechanist.command.looking import write_pictures

    for path in asked.file:
        for written in write_pictures(path, asked.out):
            print(written, flush=True)
    return 0


def _predict(asked: argparse.Namespace) -> int:
    from mechanist.command.asked_files import AskedFiles
    from mechanist.command.run_settings import run_of

    run = run_of(asked.configfile, predict=asked.sheet)
    failed = 0
    for job in AskedFiles(run, asked.results, asked.out).jobs():
        try:
            print(job(), flush=True)
        except FormatError as error:  # the other samples are predicted all the same
            print(error, file=sys.stderr)
            failed = 1
    return failed


def _contract(module: str, room: str) -> Callable[[argparse.Namespace], int]:
    """Return the check of a contract, by a module that is imported once it is needed."""

    def check(asked: argparse.Namespace) -> int:
        name = str(asked.name)
        if name.endswith(".py"):
            file = Path(name)
            if not file.is_file():
                raise FileNotFoundError(f"{file}: no such file, from the folder {Path.cwd()}")
            # Names are looked up in the folders of this package.
            folders, own = importlib.import_module(room).__path__, str(file.parent.resolve())
            if own not in folders:
                folders.append(own)
            name = file.stem
        contract: Callable[[str], int] = importlib.import_module(module).main
        return contract(name)

    return check


if __name__ == "__main__":
    sys.exit(main())
