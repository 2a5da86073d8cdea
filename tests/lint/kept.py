"""Code that only tests reach and that stays, with the reason."""

from collections.abc import Mapping
from typing import Final

_PROBE: Final = "a probe for leaks, which the tests apply to every descriptor"
_WRITER: Final = (
    "writes what its module reads; tests of the reader write files of any content by it"
)
_READER: Final = "reads back a result of the workflow, for whoever goes on with it"
#: By module and name. What these alone reach stays with them.
KEPT: Final[Mapping[tuple[str, str], str]] = {
    ("mechanist.api", "load_slip_law"): _READER,
    ("mechanist.assess.leakage", "other_glide"): _PROBE,
    ("mechanist.assess.leakage", "other_loading"): _PROBE,
    ("mechanist.assess.leakage", "other_ramp"): _PROBE,
    ("mechanist.assess.leakage", "response_change"): _PROBE,
    ("mechanist.contract.check_descriptor", "check_subject"): "checks a subject without a file",
    ("mechanist.draw.figure_data", "check_written"): _READER,
    ("mechanist.formats.dislocation_text", "write_dislocation_text"): _WRITER,
    ("mechanist.formats.lammps_data", "write_lammps_data"): _WRITER,
    ("mechanist.formats.line_fields", "read_line_fields"): _READER,
    ("mechanist.formats.paradis", "write_paradis"): _WRITER,
    ("mechanist.formats.polycrystal_batches", "read_attributes"): _READER,
    ("mechanist.learn.estimators.block_ridge", "BlockRidge"): (
        "the ridge of the library as scikit-learn's own checks of estimators see it"
    ),
    ("mechanist.learn.estimators.catalogue", "ESTIMATORS.stacked"): (
        "an estimator that no configuration here chooses, but others can"
    ),
}
