"""What bulk.create, update and delete may write: the same as a flush, row by row."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core.errors import Forbidden, NotFound, ReadOnly, UserError
from core.orm import bulk
from core.orm.env import Env, Principal, Site, open_env
from tests.core.orm.boxes import (
    COLLEAGUES,
    FOREIGN,
    MINE,
    OUR_SHELF,
    SHARED,
    THEIR_SHELF,
    done,
    maker,
    own_writer,
    refused,
    remover,
    site,
    template,
)  # fmt: skip
from tests.core.orm.shelf import (
    COLLEAGUE,
    ME,
    OURS,
    THEIRS,
    SampleBox,
    SampleLine,
    SampleShelf,
    appraiser,
    picker,
    principal,
    reader,
    storekeeper,
)  # fmt: skip

__all__ = ["site", "template"]

Step = Callable[[Env], object]


def _create(**values: object) -> Step:
    return lambda env: bulk.create(
        env, SampleBox, [{"code": "fine", "keeper_id": ME}, {"code": "new", **values}]
    )


def _update(box_id: int, **values: object) -> Step:
    return lambda env: bulk.update(env, SampleBox, [{"id": box_id, **values}])


def _delete(box_id: int) -> Step:
    return lambda env: bulk.delete(env, SampleBox, [box_id])


def _create_line(box_id: int, **values: object) -> Step:
    return lambda env: bulk.create(env, SampleLine, [{"box_id": box_id, "text": "new", **values}])


def _line_of(box_id: int) -> int:
    """Each box of the sample has one line, made with it."""
    return box_id


@pytest.mark.parametrize("step", [
    _create(keeper_id=ME), _update(MINE, code="x"), _update(MINE, **{"sample_label.text": "x"}), _delete(MINE),
    _create_line(MINE), lambda env: bulk.update(env, SampleLine, [{"id": _line_of(MINE), "text": "x"}]),
    lambda env: bulk.delete(env, SampleLine, [_line_of(MINE)]),
])  # fmt: skip
def test_it_needs_a_grant(site: Site, step: Step) -> None:
    refused(site, principal(reader), step)
    done(site, principal(storekeeper), step)


@pytest.mark.parametrize("step", [
    _create(worth=1), _update(MINE, worth=1), _update(MINE, **{"sample_label.price": 1}),
    _create(**{"sample_label.price": 1}),
])  # fmt: skip
def test_fields_with_roles_are_theirs(site: Site, step: Step) -> None:
    refused(site, principal(storekeeper), step)
    done(site, principal(storekeeper, appraiser), step)


@pytest.mark.parametrize("step", [
    _create(keeper_id=COLLEAGUE), _update(MINE, keeper_id=COLLEAGUE),
])  # fmt: skip
def test_nothing_is_written_outside_of_the_scope(site: Site, step: Step) -> None:
    refused(site, principal(picker), step)
    done(site, principal(storekeeper), step)


@pytest.mark.parametrize("step", [
    _update(COLLEAGUES, keeper_id=ME), _delete(COLLEAGUES), _update(COLLEAGUES, **{"sample_label.text": "x"}),
    _create_line(COLLEAGUES), lambda env: bulk.update(env, SampleLine, [{"id": _line_of(COLLEAGUES), "text": "x"}]),
    lambda env: bulk.update(env, SampleLine, [{"id": _line_of(COLLEAGUES), "box_id": MINE}]),
    lambda env: bulk.update(env, SampleLine, [{"id": _line_of(MINE), "box_id": COLLEAGUES}]),
    lambda env: bulk.delete(env, SampleLine, [_line_of(COLLEAGUES)]),
])  # fmt: skip
def test_what_is_seen_outside_of_the_scope_of_writing_is_not_written(site: Site, step: Step) -> None:
    refused(site, principal(reader, own_writer), step)
    done(site, principal(storekeeper), step)


@pytest.mark.parametrize("step", [
    _update(FOREIGN, code="x"), _delete(FOREIGN), _create(company_id=THEIRS), _update(MINE, company_id=THEIRS),
    _create_line(FOREIGN), lambda env: bulk.update(env, SampleLine, [{"id": _line_of(FOREIGN), "text": "x"}]),
    lambda env: bulk.update(env, SampleLine, [{"id": _line_of(MINE), "box_id": FOREIGN}]),
    lambda env: bulk.delete(env, SampleLine, [_line_of(FOREIGN)]),
    lambda env: bulk.create(env, SampleShelf, [{"code": "new", "company_id": THEIRS}]),
])  # fmt: skip
def test_another_companys_records_are_not_written(site: Site, step: Step) -> None:
    refused(site, principal(storekeeper), step, UserError)


@pytest.mark.parametrize("step", [
    _create(shelf_id=THEIR_SHELF), _update(MINE, shelf_id=THEIR_SHELF), _create(parent_id=FOREIGN),
    _create(shelf_id=4711), _create_line(MINE, shelf_id=THEIR_SHELF),
    _update(MINE, **{"sample_label.shelf_id": THEIR_SHELF}), _create(**{"sample_label.shelf_id": THEIR_SHELF}),
])  # fmt: skip
def test_a_hidden_record_is_not_referred_to(site: Site, step: Step) -> None:
    message = refused(site, principal(storekeeper), step)

    assert "that you may use here" in message


@pytest.mark.parametrize("step", [
    _create(company_id=OURS, shelf_id=THEIR_SHELF), _update(MINE, shelf_id=THEIR_SHELF),
    _update(MINE, shelf_id=OUR_SHELF, company_id=THEIRS),
    _create_line(MINE, shelf_id=THEIR_SHELF),
    lambda env: bulk.update(env, SampleLine, [{"id": _line_of(MINE), "shelf_id": THEIR_SHELF}]),
    _update(MINE, **{"sample_label.shelf_id": THEIR_SHELF}),
    _create(company_id=OURS, **{"sample_label.shelf_id": THEIR_SHELF}),
])  # fmt: skip
def test_a_record_does_not_refer_to_one_of_another_company(site: Site, step: Step) -> None:
    message = refused(site, principal(storekeeper, companies=(OURS, THEIRS)), step)

    assert "another company" in message


@pytest.mark.parametrize("step", [
    _create(company_id=None, shelf_id=OUR_SHELF), _update(SHARED, shelf_id=OUR_SHELF), _update(MINE, company_id=None),
    _create_line(SHARED, shelf_id=OUR_SHELF),
    lambda env: bulk.update(env, SampleLine, [{"id": _line_of(SHARED), "shelf_id": OUR_SHELF}]),
    _update(SHARED, **{"sample_label.shelf_id": OUR_SHELF}),
])  # fmt: skip
def test_what_companies_share_does_not_refer_to_a_record_of_one(site: Site, step: Step) -> None:
    message = refused(site, principal(storekeeper), step)

    assert "what all companies share" in message


def test_who_may_create_or_delete_alone_does_not_so_with_parts(site: Site) -> None:
    refused(site, principal(maker), _create_line(MINE))
    refused(site, principal(remover), lambda env: bulk.delete(env, SampleLine, [_line_of(MINE)]))
    done(site, principal(remover), _delete(MINE))


def test_a_token_narrows_it(site: Site) -> None:
    who = principal(storekeeper)
    reading = Principal(**{**vars(who), "allowed": frozenset({"*:read"})})

    refused(site, reading, _create())


def test_a_reading_transaction_writes_nothing(site: Site) -> None:
    with open_env(site, principal(storekeeper)) as env, pytest.raises(ReadOnly):
        _create()(env)


def test_an_addons_code_writes_what_its_rights_name_and_nothing_else(site: Site) -> None:
    def acting(step: Step, addon: str = "sample_addon") -> Step:
        def acted(env: Env) -> None:
            with env.acting_as(addon):
                step(env)

        return acted

    done(site, principal(reader), acting(_update(MINE, code="x")))
    refused(site, principal(reader), acting(_delete(MINE)), Forbidden)
    refused(site, principal(reader), acting(_create(company_id=THEIRS)))
    refused(site, principal(reader), acting(_update(FOREIGN, code="x")), NotFound)
    refused(site, principal(reader), acting(_update(MINE, code="y"), "stranger"))
