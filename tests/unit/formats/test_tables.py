"""Keys of tables are checked, and pandera words what is wrong with them."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mechanist.core.errors import FormatError
from mechanist.formats.tables import LOAD, OBJECT, SAMPLE, check_table, keyed

PATH = Path("some.parquet")


def good() -> pd.DataFrame:
    """Return a table with all keys."""
    return keyed(np.ones((3, 1)), ["value"], sample="a-0000", load="xy")


def test_a_table_with_sound_keys_passes_without_pandera() -> None:
    check_table(PATH, good())
    check_table(PATH, good().drop(columns=LOAD))
    program = (
        "import sys; from pathlib import Path; import numpy as np\n"
        "from mechanist.formats.tables import check_table, keyed\n"
        "check_table(Path('x'), keyed(np.ones((3, 1)), ['value'], sample='a-0000'))\n"
        "print('pandera' in sys.modules)\n"
    )
    path = os.pathsep.join(filter(None, sys.path))
    done = subprocess.run(  # a fresh process, since this one may have imported it
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize(
    ("key", "values", "said"),
    [
        (OBJECT, np.arange(3, dtype=np.int64), "expected series 'object' to have type int32"),
        (OBJECT, np.zeros(3, np.int32), "not unique"),
        (SAMPLE, ["a", "b", "c"], "expected series 'sample' to have type category"),
        (LOAD, pd.Categorical(["xy", None, "xy"]), "non-nullable series 'load' contains null"),
    ],
)
def test_each_fault_of_a_key_is_named(key: str, values: object, said: str) -> None:
    with pytest.raises(FormatError, match=said):
        check_table(PATH, good().assign(**{key: values}))


def test_missing_keys_and_infinite_values_are_refused() -> None:
    with pytest.raises(FormatError, match="expected at least sample and object"):
        check_table(PATH, good().drop(columns=OBJECT))
    with pytest.raises(FormatError, match="not finite"):
        check_table(PATH, good().assign(value=[1.0, np.nan, 1.0]))
    check_table(PATH, good().assign(value=[1.0, np.nan, 1.0]), allow_missing=True)
    with pytest.raises(FormatError, match="not finite"):
        check_table(PATH, good().assign(value=[1.0, np.inf, 1.0]), allow_missing=True)
