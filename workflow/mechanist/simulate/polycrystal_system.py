"""Settings of families of random polycrystals and of their materials."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mechanist.core.narrowing import number
from mechanist.core.seeds import generator
from mechanist.core.typing import FloatArray
from mechanist.formats.polycrystal_batches import PolycrystalRun
from mechanist.mechanics.loads import AXES
from mechanist.mechanics.slip_orbits import fcc_kinds, pair_orbits
from mechanist.mechanics.slip_systems import MAGNESIUM, SlipSystems, slip_systems
from mechanist.settings.entry_types.crystal_systems_entries import (
    CrystalMaterialEntry,
    CrystalSystemEntry,
    DensityHardeningEntry,
    VoceHardeningEntry,
)
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
    def from_entry(cls, entry: CrystalMaterialEntry) -> "Material":
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
        systems = slip_systems(entry["systems"], c_over_a=entry.get("c_over_a", MAGNESIUM))
        elastic = {name: number(one) for name, one in entry["elastic"].items()}
        crystal = Crystal(systems, elastic, **entry["flow"])
        return cls(entry, crystal, _hardening(systems, entry["hardening"]))


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
    keep_slip : bool
        Whether slip rates, resistances and resolved stresses are kept in files.
    """

    name: str
    shape: tuple[int, int, int]
    n_grains: int
    material: Material
    path: StrainPath
    axis: str = "z"
    rate: float = 1e-3
    tolerance: float = 1e-3
    keep_slip: bool = False

    @classmethod
    def from_entry(
        cls, name: str, entry: CrystalSystemEntry, material: CrystalMaterialEntry
    ) -> "PolycrystalSystem":
        """Build from an entry of ``crystal/systems`` and its material."""
        grid = entry["grid"]
        nx, ny, nz = (grid,) * 3 if isinstance(grid, int) else grid
        path = StrainPath.even(entry["strain"], entry["frames"], substeps=entry.get("substeps", 2))
        return cls(
            name,
            (nx, ny, nz),
            entry["grains"],
            Material.from_entry(material),
            path,
            axis=entry.get("axis", cls.axis),
            rate=entry.get("rate", cls.rate),
            tolerance=entry.get("tolerance", cls.tolerance),
            keep_slip=entry.get("keep_slip", cls.keep_slip),
        )

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
            keep_slip=self.keep_slip,
        )  # fmt: skip


def sample_name(system: str, number: int) -> str:
    """Return the name of a sample, such as ``"fcc8-0003"``."""
    return f"{system}-{number:04d}"


def _hardening(
    systems: SlipSystems, entry: VoceHardeningEntry | DensityHardeningEntry
) -> HardeningLaw:
    if entry["kind"] == "voce":
        return _voce(systems, entry)
    if entry["kind"] == "dislocation_density":
        return _density_law(systems, entry)
    raise ValueError(f"hardening kind {entry['kind']!r}; expected voce or dislocation_density")


def _voce(systems: SlipSystems, entry: VoceHardeningEntry) -> Voce:
    return Voce(
        tau0=_by_family(systems, "tau0", entry["tau0"]),
        tau_sat=_by_family(systems, "tau_sat", entry["tau_sat"]),
        h0=_by_family(systems, "h0", entry["h0"]),
        a=entry["a"],
        latent=latent_matrix(
            systems, coplanar=entry.get("coplanar", 1.0), other=entry.get("other", 1.4)
        ),
    )


def _density_law(systems: SlipSystems, entry: DensityHardeningEntry) -> DislocationDensity:
    if systems.name != "fcc12":
        raise ValueError(
            f"hardening kind 'dislocation_density' is for the interactions of fcc12 only; seen"
            f" {systems.name!r}. Choose another kind"
        )
    named = entry["interaction"]
    kinds = [kind.split(",")[0].lower() for kind in fcc_kinds(systems)]  # one glissile kind
    if set(named) != set(kinds):
        raise ValueError(f"interactions {sorted(named)}; expected {sorted(set(kinds))}")
    coefficients = np.array([named[kind] for kind in kinds])
    matrix = pair_orbits(systems).expand(coefficients)
    stored, lost = kocks_mecking(
        matrix, burgers=entry["burgers"], mean_free_path=entry["mean_free_path"],
        capture=entry["capture"],
    )  # fmt: skip
    return DislocationDensity(
        shear_modulus=entry["shear_modulus"], burgers=entry["burgers"], interaction=matrix,
        storage=stored, annihilation=lost, density=np.asarray(entry["density"], dtype=float),
        friction=entry.get("friction", 0.0),
    )  # fmt: skip


def _by_family(
    systems: SlipSystems, name: str, value: float | Mapping[str, float]
) -> float | FloatArray:
    """Return one number for all systems, or one per system from numbers per family."""
    if not isinstance(value, Mapping):
        return float(value)
    if set(value) != set(systems.families):
        raise ValueError(
            f"{name} is given for {sorted(value)}; expected {sorted(set(systems.families))}"
        )
    return np.array([float(value[family]) for family in systems.families])
