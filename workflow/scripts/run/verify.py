"""Compare every output with its digest in the manifest, and report how to rebuild damaged ones."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mechanist.core.errors import DamagedError
from mechanist.core.progress import LOGGER, log_to
from mechanist.formats.manifest import damages, read_manifest

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(manifest: Path, *, overlays: Sequence[str] = ()) -> None:
    """Check all outputs that a manifest lists.

    Parameters
    ----------
    manifest : Path
        Manifest written at the end of a run.
    overlays : sequence of str
        Configuration files of the run beyond the default one, for the command that rebuilds.

    Raises
    ------
    DamagedError
        If any is missing, truncated or altered; the message lists them and the rebuild command.
    FormatError
        If there is no manifest.
    """
    listed = read_manifest(manifest)
    found = damages(listed)
    if found:
        lines = "\n".join(f"  {d.path} (rule {d.rule}): {d.problem}" for d in found)
        size = "".join(f" --configfile {overlay}" for overlay in overlays)
        paths = " ".join(d.path for d in found)
        raise DamagedError(
            f"{len(found)} of {len(listed.entries)} outputs in {manifest} are damaged:\n{lines}\n"
            "Rebuild them, then everything that depends on them:\n"
            f"  snakemake {paths} --force{size} && snakemake{size}"
        )
    message = f"all {len(listed.entries)} outputs are as their run left them"
    LOGGER.info(message)
    print(message, flush=True)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(Path(snakemake.params.manifest), overlays=snakemake.params.overlays)
