"""Keep what XLA compiles for networks, so that later jobs and runs load it.

Compiling a network takes longer than training it for a few epochs, and every job that trains one of
the same shape would do it again. JAX can store compiled code, but writes its files in place: a job
would read half a file of another, or of one that was killed. Each process therefore has a folder of
its own, filled with hard links to all that is stored; when it ends, it links what it added into the
common folder, in one step a file.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

import jax

#: In the folder that Snakemake keeps for itself, which ``make clean`` removes.
STORE: Final = Path(".snakemake", "xla")
#: Ends the names of JAX's files.
COMPILED: Final = "*-cache"


def keep_compiled(store: Path = STORE) -> None:
    """Make JAX load what is stored, and store what this process compiles.

    Nothing is stored outside of a folder in which Snakemake runs, nor where hard links cannot be
    made.

    Parameters
    ----------
    store : Path
        The common folder; made if the folder that holds it exists.
    """
    try:
        store.mkdir(exist_ok=True)
        own = Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=store.resolve()))
    except OSError:
        return
    atexit.register(publish, own)
    try:
        for file in own.parent.glob(COMPILED):
            os.link(file, own / file.name)
    except OSError:
        return
    jax.config.update("jax_compilation_cache_dir", str(own))
    # Caches for graphics devices would put their path, this process's own, into every file's name.
    jax.config.update("jax_persistent_cache_enable_xla_caches", "none")
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)


def publish(own: Path) -> None:
    """Link what a process compiled into the common folder, and remove the process's own.

    Parameters
    ----------
    own : Path
        A folder in the common one.
    """
    for file in own.glob(COMPILED):
        try:
            os.link(file, own.parent / file.name)
        except FileExistsError:
            continue  # loaded from there, or another process was first
    shutil.rmtree(own, ignore_errors=True)
