"""Write identified laws of slip systems for use elsewhere: parameter tables, and parts for DAMASK."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mechanist.core.progress import LOGGER, log_to
from mechanist.mechanics.slip_law import Flow
from mechanist.mechanics.slip_law_files import read_slip_law
from mechanist.mechanics.slip_systems import slip_systems
from mechanist.settings.entry_types.interactions_entries import SlipFlowEntry
from mechanist.simulate.damask_export import passing_stress, write_damask
from mechanist.simulate.parameter_files import write_law_parameters

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

#: What DAMASK cannot express of any law of dislocation densities, and why.
NEVER: Final = (
    (
        "No law of DAMASK has the storage K and the recovery y: its mean free path is one over the root of"
        " a sum of densities, where K sums their roots; and slip of a system stores on that system alone."
    ),
    (
        "Where dislotwin and dislotungsten slip, the stress above tau_pass activates it thermally;"
        " here a power of tau over resistance is the slip rate."
    ),
    "The table of the same name with the ending .csv holds the whole law.",
)


def main(
    laws: Sequence[Path], tables: Sequence[Path], parts: Sequence[Path], *, flow: SlipFlowEntry
) -> None:
    """Write a parameter table of every law, and the part of it that DAMASK can express.

    Parameters
    ----------
    laws, tables, parts : sequence of Path
        JSON, CSV and YAML files in the same order. A YAML file holds no phase where DAMASK cannot
        express any part of the law; its comments say why.
    flow : mapping
        Elasticity and rate law of the data.
    """
    known = Flow(**flow)
    for path, table, part in zip(laws, tables, parts, strict=True):
        file = read_slip_law(path)
        systems = slip_systems(file.systems)
        write_law_parameters(table, systems, file.law, known)
        try:
            phase = passing_stress(systems, file.law, known)
            notes = [
                (
                    "Not a whole phase: of the law, DAMASK can express H, which is h_sl-sl in the passing"
                    " stress of dislotwin and dislotungsten, tau_pass = mu b sqrt(sum_j h_ij rho_j)."
                ),
            ]
        except ValueError as error:
            phase, notes = None, [f"DAMASK cannot express H: {error}."]
            LOGGER.info("%s/%s: %s", path.parent.name, path.stem, notes[0])
        write_damask(part, path.parent.name, phase, [*notes, *NEVER])


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            [Path(path) for path in snakemake.input],
            [Path(path) for path in snakemake.output.tables],
            [Path(path) for path in snakemake.output.parts],
            flow=snakemake.params.flow,
        )
