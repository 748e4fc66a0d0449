"""Every call that the description offers, with values of every kind, does what the description says.

`--api-calls 20000` makes it that many on each database, which takes a quarter of an hour.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from core.app import web
from core.orm.model import model_named
from core.testing import population
from core.testing.databases import Databases
from core.testing.population import Population
from core.testing.rest import rest_of

Operation = APIOperation[Any, Any, Any, Any]  # Any: of every kind of parameter and body
Call = Case[Any]  # Any: as above
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
CALLERS = {"everything": None, "a buyer": ["erp_supply.buyer"], "nothing": []}
#: Values are looked for, not shrunk, and as many as are asked for.
GENERATED = settings(
    deadline=None, database=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate]
)


@pytest.fixture
def populated(
    database_kind: str, fresh_databases: Databases, addon_names: tuple[str, ...], tmp_path: Path
) -> Iterator[Population]:
    """Records of every model in two companies."""
    with population.cloned(fresh_databases, database_kind, addon_names, tmp_path) as found:
        yield found


@pytest.mark.slow
@pytest.mark.parametrize("roles", CALLERS.values(), ids=CALLERS.keys())
def test_no_call_breaks_answers_as_nobody_described_or_shows_another_companys_record(
    populated: Population, roles: list[str] | None, pytestconfig: pytest.Config
) -> None:
    person = populated.person(populated.role_names() if roles is None else roles)
    caller = _Caller(populated, person.user_id or 0)
    operations = caller.operations()

    for operation in operations:
        caller.call(
            operation, max(1, pytestconfig.getoption("--api-calls") // len(CALLERS) // len(operations))
        )

    assert caller.problems == []
    assert caller.answers[200] > 0


class _Caller:
    """Calls as one person, and what was wrong with the answers."""

    def __init__(self, populated: Population, user_id: int) -> None:
        self._populated = populated
        self._own = {populated.companies()[0], None}
        self._user_id = user_id
        token = rest_of(populated.site, user_id).text
        self._headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}
        self.problems: list[str] = []
        self.answers: Counter[int] = Counter()

    def operations(self) -> list[Operation]:
        described = schemathesis.openapi.from_wsgi(
            "/api/openapi.json", web(self._populated.site), headers=self._headers
        )
        return [found.ok() for found in described.get_all_operations() if isinstance(found, Ok)]

    def call(self, operation: Operation, count: int) -> None:
        """Call it `count` times, mostly for records that there are, mostly at the version they have."""
        ids = st.sampled_from([*self._ids(operation), None])

        @settings(GENERATED, max_examples=count)
        @given(operation.as_strategy(), ids, st.sampled_from(["1", "1", None]))
        def called(case: Call, record_id: int | None, version: str | None) -> None:
            if record_id is not None and "id" in case.path_parameters:
                case.path_parameters["id"] = record_id
            if version is not None and case.headers and "If-Match" in case.headers:
                case.headers["If-Match"] = version
            self._look_at(case)

        called()

    def _ids(self, operation: Operation) -> list[int]:
        """The first records of both companies; not the caller, who would end with the first change of themselves."""
        addon, name = operation.path.removeprefix("/api/").split("/")[:2]
        model = model_named(f"{addon}.{name}")
        found = [] if model is None else self._populated.ids(model)
        return [i for i in [*found[:5], *found[-2:]] if name != "user" or i != self._user_id]

    def _look_at(self, case: Call) -> None:
        answer = case.call(headers=self._headers)
        self.answers[answer.status_code] += 1
        try:
            case.validate_response(answer, checks=CHECKS)
        except FailureGroup as error:
            self.problems.append(f"{case.operation.label}: {error}\n{case.as_curl_command()}")
        for company in _companies(answer.json() if answer.content else None):
            if company not in self._own:
                self.problems.append(f"{case.operation.label}: a record of company {company}")


def _companies(node: Any) -> Iterator[int | None]:  # Any: JSON
    if isinstance(node, dict):
        if "company_id" in node and "version" in node:
            yield node["company_id"]
        for value in node.values():
            yield from _companies(value)
    for value in node if isinstance(node, list) else ():
        yield from _companies(value)
