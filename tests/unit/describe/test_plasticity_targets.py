"""Target tables: values by definition, units, no failed loads, and errors with a location."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from helpers import disordered
from mechanist.core.errors import FormatError
from mechanist.describe.plasticity_targets import plastic_targets, target_columns
from mechanist.describe.shared.nonaffine import d2min, nonaffine_displacement
from mechanist.formats.described_columns import Column
from mechanist.formats.sample import Frame, LoadPath, Sample, write_sample
from mechanist.formats.tables import column_metadata, read_table
from mechanist.mechanics.loads import simple_shear, strain_of
from mechanist.settings.target_names import at_strain
from scripts.glass import targets as glass_targets

STRAINS = (0.02, 0.04)
CUTOFF = 2.0


def sheared_sample(seed: int = 0, *, name: str = "toy-0000") -> Sample:
    """Return a sample with a load of random displacements, an affine load and a failed load."""
    rng = np.random.default_rng(seed)
    c = disordered(rng, n=49, dimension=2)
    gradient = simple_shear("xy")

    def path(noise: float, status: str = "ok") -> LoadPath:
        frames = []
        for strain in STRAINS:
            f = np.eye(3) + strain * gradient
            steps = noise * rng.normal(size=c.positions.shape) * [1, 1, 0]
            state = c.moved(c.positions @ f.T + steps, c.cell @ f.T)
            frames.append(Frame(strain, state, np.eye(3)))
        return LoadPath(gradient, strain_of(gradient), {}, tuple(frames), status=status)

    loads = {"rough": path(0.1), "affine": path(0.0), "broken": path(0.1, "failed")}
    return Sample(name, "toy", seed, c, loads)


def test_columns_equal_their_definitions() -> None:
    sample = sheared_sample()
    rough, affine = plastic_targets(sample, cutoff=CUTOFF, strains=STRAINS)
    for strain in STRAINS:
        state = sample.loads["rough"].frame(strain).configuration
        expected = d2min(sample.reference, state, CUTOFF)
        moved = np.linalg.norm(nonaffine_displacement(sample.reference, state), axis=1)

        def column(measure: str, strain: float = strain) -> np.ndarray:
            return rough[at_strain(measure, strain)].to_numpy()

        np.testing.assert_allclose(column("d2min_sum"), expected.total, rtol=1e-12)
        np.testing.assert_allclose(column("d2min"), expected.total / expected.counts, rtol=1e-12)
        np.testing.assert_allclose(column("log10_d2min"), np.log10(column("d2min")), rtol=1e-12)
        np.testing.assert_allclose(column("nonaffine"), moved)
    assert list(rough.columns) == ["sample", "load", "object", *target_columns(STRAINS, "lj")]
    # D2min of an affine state is zero, but no infinite logarithm may enter the table.
    assert affine["d2min@0.020"].max() < 1e-20
    assert (affine["log10_d2min@0.020"] == -20.0).all()


def test_a_target_without_a_load_stands_alone_without_gaps() -> None:
    sample = sheared_sample()
    told = np.arange(49.0)
    told[[0, 7]] = np.nan
    zero = np.zeros((3, 3))
    state = Frame(0.0, sample.reference, np.eye(3), {"propensity": told})
    rest = replace(sample, loads={"no_load": LoadPath(zero, zero, {}, (state,))})
    # No particle has a neighbour within so small a cutoff: D2min would be refused.
    (table,) = plastic_targets(rest, cutoff=1e-3, strains=[0.0], quantities=["propensity"])
    assert list(table.columns) == ["sample", "load", "object", "propensity"]
    np.testing.assert_array_equal(table["object"], np.delete(np.arange(49), [0, 7]))
    np.testing.assert_array_equal(table["propensity"], np.delete(np.arange(49.0), [0, 7]))
    assert target_columns([0.0], "lj", ["propensity"], unit="sigma^2") == {
        "propensity": Column("sigma^2", "propensity of the imported file", "any")
    }


def test_failed_loads_are_left_out() -> None:
    tables = plastic_targets(sheared_sample(), cutoff=CUTOFF, strains=STRAINS)
    assert [table["load"].iloc[0] for table in tables] == ["rough", "affine"]


def test_script_writes_units_and_leaves_out_failed_samples(tmp_path: Path) -> None:
    paths = [tmp_path / f"{name}.h5" for name in ("a", "b", "c")]
    failed = Sample("toy-0002", "toy", 2, sheared_sample().reference, {}, status="failed")
    samples = [sheared_sample(1, name="toy-0000"), sheared_sample(2, name="toy-0001"), failed]
    for path, sample in zip(paths, samples, strict=True):
        write_sample(path, sample)
    out = tmp_path / "targets.parquet"
    glass_targets.main(paths, out, cutoff=CUTOFF, strains=list(STRAINS))
    table = read_table(out)
    assert table.groupby(["sample", "load"], observed=True).size().to_dict() == {
        (sample, load): 49 for sample in ("toy-0000", "toy-0001") for load in ("affine", "rough")
    }
    metadata = column_metadata(out)
    assert metadata["d2min@0.020"]["unit"] == "sigma^2"
    assert metadata["d2min@0.020"]["range"] == ">= 0"
    assert "mean over neighbours" in metadata["d2min@0.020"]["description"]
    assert set(metadata) == set(table.columns)
    first = out.read_bytes()
    glass_targets.main(paths, out, cutoff=CUTOFF, strains=list(STRAINS))
    assert out.read_bytes() == first


def test_bad_requests_say_where(tmp_path: Path) -> None:
    sample = sheared_sample()
    with pytest.raises(
        ValueError, match=r"toy-0000, load rough, strain 0.02: .* enlarge the cutoff"
    ):
        plastic_targets(sample, cutoff=0.9, strains=STRAINS)
    with pytest.raises(ValueError, match="expected each once"):
        plastic_targets(sample, cutoff=CUTOFF, strains=(0.02, 0.02))
    path = tmp_path / "s.h5"
    write_sample(path, sample)
    with pytest.raises(FormatError, match=r"s\.h5: a frame is missing: .* stored are"):
        glass_targets.main([path], tmp_path / "t.parquet", cutoff=CUTOFF, strains=[0.06])
    write_sample(path, Sample("x", "toy", 0, sample.reference, {}, status="failed"))
    with pytest.raises(ValueError, match="at least one sample that did not fail"):
        glass_targets.main([path], tmp_path / "t.parquet", cutoff=CUTOFF, strains=[0.02])
