"""Arbitrary messages, as Hypothesis makes them."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import strategies as st

from addons.bridge.messages.envelope import Envelope, Sender, sealed
from addons.bridge.messages.message import (
    ConfirmBOD,
    ProcessOperationsPerformance,
    SyncEquipmentInformation,
    SyncMaterialInformation,
)
from addons.bridge.messages.noun import (
    ActionCode,
    Equipment,
    EquipmentElementLevel,
    EquipmentInformation,
    MaterialActual,
    MaterialDefinition,
    MaterialInformation,
    MaterialLot,
    MaterialUse,
    OperationsPerformance,
    OperationsType,
    Quantity,
)

words = st.text(st.characters(categories=("L", "M", "N", "P", "S")), min_size=1, max_size=12)
texts = st.lists(words, min_size=1, max_size=2).map(" ".join)
optional = st.none() | texts
instants = st.integers(0, 2**52).map(lambda since: datetime.fromtimestamp(since / 2**20, UTC))
numbers = st.decimals("-99999999", "99999999", places=6, allow_nan=False, allow_infinity=False)
quantities = st.builds(Quantity, numbers, texts)
counts = st.integers(0, 2**40)

definitions = st.builds(
    MaterialDefinition, texts, texts, texts, texts, texts, st.booleans(), texts, counts, counts, optional
)
lots = st.builds(
    MaterialLot, texts, texts, quantities, texts, st.booleans(), optional, st.none() | st.dates()
)
materials = st.builds(
    MaterialInformation, texts, instants, optional,
    st.lists(definitions, max_size=3).map(tuple), st.lists(lots, max_size=3).map(tuple),
)  # fmt: skip
equipment = st.builds(
    Equipment, texts, texts, st.sampled_from(EquipmentElementLevel), texts, st.booleans(), texts, counts, counts,
    optional,
)  # fmt: skip
actuals = st.builds(
    MaterialActual, texts, quantities, st.sampled_from(MaterialUse), optional, optional, optional
)
performances = st.builds(
    OperationsPerformance, texts, texts, st.sampled_from(OperationsType), instants, instants, optional, optional,
    optional, st.lists(actuals, max_size=3).map(tuple),
)  # fmt: skip
actions = st.sampled_from(ActionCode)
payloads = st.one_of(
    st.builds(SyncMaterialInformation, actions, materials),
    st.builds(
        SyncEquipmentInformation, actions,
        st.builds(EquipmentInformation, texts, instants, st.lists(equipment, max_size=3).map(tuple)),
    ),
    st.builds(ProcessOperationsPerformance, performances),
    st.builds(ConfirmBOD, texts, instants, actions, optional),
)  # fmt: skip
envelopes = st.builds(
    Envelope, texts, st.builds(Sender, texts, texts), instants, texts, st.integers(1, 10**9), payloads, optional,
).map(sealed)  # fmt: skip
