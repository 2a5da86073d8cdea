"""Settings of families of random polycrystals and of their materials."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mechanist.core.narrowing import built, mapping, number, sequence, text, whole
from mechanist.core.seeds import generator
from mechanist.core.typing import FloatArray
from mechanist.formats.polycrystal_batches import PolycrystalRun
from mechanist.mechanics.loads import AXES
from mechanist.mechanics.slip_orbits import fcc_kinds, pair_orbits
from mechanist.mechanics.slip_systems import MAGNESIUM, SlipSystems, slip_systems
from mechanist.simulate.crystal_law import HardeningLaw, Voce, latent_matrix
from mechanist.simulate.crystal_law_density import DislocationDensity, kocks_mecking
from mechanist.simulate.crystal_law_flow import Crystal
from mechanist.simulate.polycrystal import Microstructure, StrainPath, simulate
from mechanist.simulate.voronoi import voronoi_polycrystal


@dataclass(frozen=True, eq=False)
class Material:
    """A crystal and its hardening law.

    Parameters
    ----------
    entry : mapping
        The settings that it was built from, kept in files.
    crystal : Crystal
        Elasticity and slip.
    law : HardeningLaw
        Hardening.
    """

    entry: Mapping[str, object]
    crystal: Crystal
    law: HardeningLaw

    @classmethod
    def from_entry(cls, entry: Mapping[str, object]) -> "Material":
        """Build from an entry of ``crystal/materials`` in the configuration.

        Parameters
        ----------
        entry : mapping
            ``systems``, ``c_over_a`` (hexagonal), ``elastic``, ``flow`` with ``rate`` and
            ``exponent``, and ``hardening`` with a ``kind``.

        Raises
        ------
        ValueError
            If a number is out of range or a name unknown.
        """
        ratio = number(entry.get("c_over_a", MAGNESIUM))
        systems = slip_systems(text(entry["systems"]), c_over_a=ratio)
        elastic = {name: number(one) for name, one in mapping(entry["elastic"]).items()}
        given = {"systems": systems, "elastic": elastic, **mapping(entry["flow"])}
        return cls(entry, built(Crystal, given), _hardening(systems, mapping(entry["hardening"])))


@dataclass(frozen=True, eq=False)
class PolycrystalSystem:
    """A family of runs.

    Parameters
    ----------
    name : str
        Name, such as ``"fcc8"``.
    shape : tuple of int
        Voxels along each axis.
    n_grains : int
        Number of grains in a microstructure.
    material : Material
        Material of all grains.
    path : StrainPath
        Strains of the frames.
    axis : str
        Loading axis.
    rate : float
        Strain rate, 1/s.
    tolerance : float
        Tolerance of equilibrium.
    """

    name: str
    shape: tuple[int, int, int]
    n_grains: int
    material: Material
    path: StrainPath
    axis: str = "z"
    rate: float = 1e-3
    tolerance: float = 1e-3

    @classmethod
    def from_entry(
        cls, name: str, entry: Mapping[str, object], material: Mapping[str, object]
    ) -> "PolycrystalSystem":
        """Build from an entry of ``crystal/systems`` and its material."""
        grid = entry["grid"]
        shape = (grid,) * 3 if isinstance(grid, int) else tuple(map(whole, sequence(grid)))
        options = {key: entry[key] for key in ("axis", "rate", "tolerance") if key in entry}
        path = StrainPath.even(
            number(entry["strain"]),
            whole(entry["frames"]),
            substeps=whole(entry.get("substeps", 2)),
        )
        given = {"name": name, "shape": shape, "n_grains": whole(entry["grains"]), "path": path}
        return built(cls, {**given, "material": Material.from_entry(material), **options})

    def microstructure(self, sample: str, *, seed: int) -> Microstructure:
        """Return the microstructure of a sample; it depends on the seed and the name alone."""
        rng = generator(seed, self.name, sample, "microstructure")
        grains, orientations = voronoi_polycrystal(self.shape, self.n_grains, rng)
        lengths = np.array(self.shape) / max(self.shape)
        return Microstructure(grains, orientations, lengths)

    def run(self, sample: str, *, seed: int, threads: int = 1) -> PolycrystalRun:
        """Simulate one sample."""
        return simulate(
            sample, self.microstructure(sample, seed=seed), self.material.crystal,
            self.material.law, self.path, axis=AXES[self.axis], rate=self.rate,
            tolerance=self.tolerance, threads=threads, material=dict(self.material.entry),
        )  # fmt: skip


def sample_name(system: str, number: int) -> str:
    """Return the name of a sample, such as ``"fcc8-0003"``."""
    return f"{system}-{number:04d}"


def _hardening(systems: SlipSystems, entry: Mapping[str, object]) -> HardeningLaw:
    match entry["kind"]:
        case "voce":
            coplanar, other = number(entry.get("coplanar", 1.0)), number(entry.get("other", 1.4))
            matrix = latent_matrix(systems, coplanar=coplanar, other=other)
            parts = {
                name: _by_family(systems, name, entry[name]) for name in ("tau0", "tau_sat", "h0")
            }
            return Voce(**parts, a=number(entry["a"]), latent=matrix)
        case "dislocation_density":
            return _density_law(systems, entry)
        case unknown:
            raise ValueError(f"hardening kind {unknown!r}; expected voce or dislocation_density")


def _density_law(systems: SlipSystems, entry: Mapping[str, object]) -> DislocationDensity:
    if systems.name != "fcc12":
        raise ValueError(
            f"hardening kind 'dislocation_density' is for the interactions of fcc12 only; seen"
            f" {systems.name!r}. Choose another kind"
        )
    named = {kind: number(one) for kind, one in mapping(entry["interaction"]).items()}
    burgers = number(entry["burgers"])
    kinds = [kind.split(",")[0].lower() for kind in fcc_kinds(systems)]  # one glissile kind
    if set(named) != set(kinds):
        raise ValueError(f"interactions {sorted(named)}; expected {sorted(set(kinds))}")
    coefficients = np.array([named[kind] for kind in kinds])
    matrix = pair_orbits(systems).expand(coefficients)
    stored, lost = kocks_mecking(
        matrix, burgers=burgers, mean_free_path=number(entry["mean_free_path"]),
        capture=number(entry["capture"]),
    )  # fmt: skip
    return DislocationDensity(
        shear_modulus=number(entry["shear_modulus"]), burgers=burgers, interaction=matrix,
        storage=stored, annihilation=lost, density=np.asarray(entry["density"], dtype=float),
        friction=number(entry.get("friction", 0.0)),
    )  # fmt: skip


def _by_family(systems: SlipSystems, name: str, value: object) -> float | FloatArray:
    """Return one number for all systems, or one per system from numbers per family."""
    if not isinstance(value, Mapping):
        return float(number(value))
    if set(value) != set(systems.families):
        raise ValueError(
            f"{name} is given for {sorted(value)}; expected {sorted(set(systems.families))}"
        )
    return np.array([float(value[family]) for family in systems.families])
