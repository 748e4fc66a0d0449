"""The plant's addons live together and apart: each comes with its example and goes without a trace."""

from __future__ import annotations

from core.testing import snapshot
from core.testing.databases import Databases
from core.testing.process import apart
from tests.addons import together

ERP, MES = "erp_supply", "mes_equipment"
#: Which of the two stays alone at the end, and in which language the example is.
ALONE = {"sqlite": (ERP, "de"), "postgresql": (MES, "en")}


def test_both_with_the_bridge_both_without_it_and_one_alone_open_every_page_and_leave_no_trace(
    database_kind: str, fresh_databases: Databases
) -> None:
    url, (last, language) = fresh_databases.fresh(database_kind), ALONE[database_kind]
    both = apart(together.make, url, (ERP, MES), language)
    apart(together.add, url, "bridge", language)

    pages, unopened = apart(together.unopened, url)
    reasons, agrees = apart(together.bridge_agrees_once_replayed, url)

    assert unopened == []
    assert pages > 40
    assert [reason.partition(" ")[0] for reason in reasons] == ["FLUID", "FLUID"]
    assert agrees

    without_bridge = apart(together.take_away, url, "bridge")
    assert snapshot.difference(both, without_bridge) == []
    assert apart(together.traces, url, "bridge") == []
    assert apart(together.unopened, url)[1] == []

    for gone in ({ERP, MES} - {last}, {last}):
        (name,) = gone
        left = apart(together.take_away, url, name)
        assert apart(together.traces, url, name) == []
        assert [table for table in left if table.startswith(name)] == []
        assert apart(together.unopened, url)[1] == []
