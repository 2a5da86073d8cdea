"""Features are described by their card, whatever is averaged and whoever wrote the descriptor."""

from dataclasses import replace

from mechanist.describe.descriptor import Card, SubjectName
from mechanist.describe.shared.feature_columns import feature_columns
from mechanist.formats.described_columns import Column

COUNT = Column("1", "Number of neighbours.", "whole numbers >= 0")
CARD = Card(
    name="Rings", reference="none", units="1/sigma", symmetry="rotations", load_aware=False,
    subject=SubjectName.PARTICLE, columns={"ring_*": COUNT, "*": Column("sigma", "A length.", "> 0")},
)  # fmt: skip


def test_the_first_pattern_that_fits_describes_a_column() -> None:
    found = feature_columns(CARD, ["ring_A_1.5", "other"])
    assert found["ring_A_1.5"] == COUNT
    assert found["other"] == Column("sigma", "A length.", "> 0")


def test_an_average_over_neighbours_says_so_and_is_not_whole() -> None:
    (told,) = feature_columns(CARD, ["ring_A_1.5_mean3.5"]).values()
    assert told.description.startswith("Number of neighbours. Averaged over the particle and its")
    assert (told.unit, told.range) == ("1", ">= 0")


def test_features_of_whole_samples_are_means_and_deviations() -> None:
    names = ["mean_ring_A_1.5", "std_other", "mean_ring_A_1.5_mean2"]
    mean, deviation, twice = feature_columns(CARD, names, averages=True).values()
    assert mean.description == "Mean over the particles of the sample. Number of neighbours."
    assert mean.range == ">= 0"
    assert deviation.description == "Standard deviation over the particles of the sample. A length."
    assert (deviation.unit, deviation.range) == ("sigma", ">= 0")
    assert "Number of neighbours. Averaged over the particle" in twice.description


def test_a_card_without_patterns_gives_its_units_and_name() -> None:
    found = feature_columns(replace(CARD, columns={}), ["a", "a_mean2"])
    general = Column("1/sigma", 'One of the features of the descriptor "Rings".')
    assert found == {"a": general, "a_mean2": general}
