"""The types of entries, as scripts take them, name the keys of the models that check them."""

from dataclasses import fields
from typing import TypedDict, is_typeddict

import pytest

from mechanist.settings import (
    crystal_entries,
    dislocation_entries,
    interaction_entries,
    label_entry,
    model_entries,
    trust_entries,
)
from mechanist.settings.models import (
    block,
    crystal_imports,
    crystal_systems,
    dislocation_systems,
    interactions,
    surrogate_settings,
    trust_block,
)
from mechanist.settings.models.block import Block
from mechanist.simulate.microstructures import MicrostructureSystem

PAIRS = [
    (label_entry.LabelEntry, block.Label),
    (crystal_entries.ElasticEntry, crystal_systems.ElasticConstants),
    (crystal_entries.RateLawEntry, crystal_systems.Flow),
    (crystal_entries.VoceEntry, crystal_systems.VoceHardening),
    (crystal_entries.DensityEntry, crystal_systems.DensityHardening),
    (crystal_entries.CrystalMaterialEntry, crystal_systems.CrystalMaterial),
    (crystal_entries.CrystalSystemEntry, crystal_systems.CrystalSystem),
    (crystal_entries.CrystalImportEntry, crystal_imports.CrystalImport),
    (crystal_entries.CrystalLinesEntry, crystal_imports.CrystalLines),
    (crystal_entries.SurrogateModelEntry, surrogate_settings.SurrogateModel),
    (interaction_entries.SlipFlowEntry, interactions.SlipFlow),
    (interaction_entries.SlipSettingsEntry, interactions.SlipSettings),
    (interaction_entries.SlipProtocolEntry, interactions.SlipProtocol),
    (interaction_entries.SlipSharesEntry, interactions.SlipShares),
    (interaction_entries.SlipDataEntry, interactions.SlipData),
    (interaction_entries.InteractionErrorsEntry, interactions.InteractionErrors),
    (interaction_entries.FeedbackEntry, interactions.Feedback),
    (interaction_entries.ShownInteractionsEntry, interactions.ShownInteractions),
    (model_entries.ModelEntry, block.Model),
    (model_entries.DescriptorEntry, block.Descriptor),
    (trust_entries.WorldEntry, trust_block.World),
    (trust_entries.ConstructedEntry, trust_block.Constructed),
    (trust_entries.TrustPanelEntry, trust_block.Panel),
    (dislocation_entries.PileupProtocolEntry, dislocation_systems.PileupProtocol),
]
MODULES = (
    label_entry,
    crystal_entries,
    interaction_entries,
    model_entries,
    trust_entries,
    dislocation_entries,
)
#: Types without a model: an entry with one more value, and fields of a generator.
OTHERS = {trust_entries.ConstructedCase, dislocation_entries.MicrostructureEntry}


@pytest.mark.parametrize(("entry", "model"), PAIRS, ids=lambda cls: cls.__name__)
def test_an_entry_has_the_keys_of_its_model(entry: type, model: type[Block]) -> None:
    required = {name for name, field in model.model_fields.items() if field.is_required()}
    assert set(entry.__annotations__) == set(model.model_fields)
    assert entry.__required_keys__ == required


def test_every_entry_type_is_compared() -> None:
    written = {
        item
        for module in MODULES
        for item in vars(module).values()
        if is_typeddict(item) and item.__module__ == module.__name__
    }
    assert written == {entry for entry, _ in PAIRS} | OTHERS


def test_parameters_of_microstructures_are_the_fields_of_their_generator() -> None:
    names = {field.name for field in fields(MicrostructureSystem)}
    assert set(dislocation_entries.MicrostructureEntry.__annotations__) == names
    assert not dislocation_entries.MicrostructureEntry.__required_keys__


def test_a_missing_or_optional_key_is_noticed() -> None:
    class Short(TypedDict):
        label: str

    class Loose(TypedDict, total=False):
        label: str
        role: str

    for wrong in (Short, Loose):
        with pytest.raises(AssertionError):
            test_an_entry_has_the_keys_of_its_model(wrong, block.Label)
