"""What entries of users' data, and samples to predict, are read from and become."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from mechanist.imports.entry_errors import files_of
from mechanist.settings.own_imports import Import, configured_imports
from mechanist.wings.absent_files import Source
from mechanist.wings.kept_models import PREDICT_RULES
from mechanist.wings.sheets import SHEET_RULES


def user_sources(
    settings: Mapping[str, object],
    import_file: Callable[[Import], str],
    places: Mapping[tuple[tuple[str, str], tuple[str, ...]], str],
    results: str,
) -> Iterator[Source]:
    """Yield the source of every entry of a configuration.

    Parameters
    ----------
    settings : mapping
        The configuration, into which the sheets are merged.
    import_file : callable
        Returns the file that an import becomes.
    places : mapping
        Places of entries that a sheet gives, by block and names.
    results : str
        Folder of the results.
    """

    def source(one: Import, names: tuple[str, ...], result: str) -> Source:
        place = places.get((one.block, one.names), one.place)
        return Source(place, one.block[0], names, files_of(one.entry), Path(result))

    for one in configured_imports(settings, SHEET_RULES):
        # What a system is used for is made of all its samples.
        yield source(one, one.names[:1], import_file(one).replace("<results>", results))
    for one in configured_imports(settings, PREDICT_RULES):
        yield source(one, one.names, f"{results}/predicted/{'/'.join(one.names)}/summary.json")
