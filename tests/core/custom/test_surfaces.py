"""A custom field is met wherever a field is."""

from __future__ import annotations

from core.custom.kind import CustomType
from core.testing.process import apart
from tests.core.custom import steps, surfaces


def test_a_custom_field_of_every_type_is_in_list_form_filter_group_export_import_api_and_print(
    plain: str,
) -> None:
    apart(steps.define_all, plain)

    assert " ".join(f.replace(" ", "") for f in apart(surfaces.failures, plain)) == ""
    assert {kind for _model, kind, _more in steps.FIELDS} == set(CustomType) == set(surfaces.SAMPLES)
