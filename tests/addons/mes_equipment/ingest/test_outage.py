"""PostgreSQL is killed while machines send: what was spooled meanwhile is stored when it is back, once."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from addons.mes_equipment.ingest.simulating import Replay, simulate_shdr
from addons.mes_equipment.models import Latest, RollupMinute, Telemetry
from core.orm.env import open_env
from core.testing import postgres
from core.testing.mosquitto import Broker
from tests.addons.mes_equipment.conftest import NAMES
from tests.addons.mes_equipment.floor import Floor, people_and_machines
from tests.addons.mes_equipment.ingest.site import running_ingest, wait_until
from tests.addons.sites import opened, prepared

#: Every commit is on the disk before it is answered.
DURABLE: dict[str, str] = {}
VALUES = 1_000
STEP = timedelta(milliseconds=5)


@pytest.fixture
def server() -> Iterator[postgres.Server]:
    """A server whose commits survive a crash."""
    if postgres.find_bindir() is None:
        pytest.skip("no PostgreSQL: apt-get install postgresql")
    with tempfile.TemporaryDirectory(prefix="dovetail-pg-", ignore_cleanup_errors=True) as home:
        running = postgres.start(Path(home), DURABLE)
        yield running
        postgres.stop_left_behind(Path(home))


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """Five seconds of a machine that counts."""
    begin = datetime.now(UTC) - timedelta(hours=1)
    path = tmp_path / "counting.txt"
    path.write_text("".join(f"{(begin + n * STEP).isoformat()}|count|{n}\n" for n in range(VALUES)))
    return path


@pytest.mark.fault
@pytest.mark.slow
def test_killing_postgresql_in_the_middle_loses_and_doubles_nothing(
    server: postgres.Server, broker: Broker, recording: Path, tmp_path: Path
) -> None:
    url = postgres.create_database(server.url, "floor")
    prepared(NAMES, people_and_machines, url)
    floor = Floor(opened(NAMES, url, tmp_path))

    with running_ingest(floor, broker):
        node = threading.Thread(
            target=partial(simulate_shdr, recording, broker.address, Replay("Plant", "Edge"))
        )
        node.start()
        wait_until(lambda: _stored(floor) > VALUES // 10)
        postgres.crash(server)
        postgres.start_again(server, DURABLE)
        node.join()
        wait_until(lambda: _stored(floor) == VALUES)

        assert _stored(floor) == VALUES
        assert _summed(floor) == VALUES
        assert _last(floor) == VALUES - 1
    floor.site.engine.dispose()


def _stored(floor: Floor) -> int:
    """How many values there are; none while nobody answers."""
    with suppress(OperationalError), open_env(floor.site) as env:
        return (
            env.session.scalar(
                select(func.count()).select_from(Telemetry).where(Telemetry.value.is_not(None))
            )
            or 0
        )
    return 0


def _summed(floor: Floor) -> int:
    with open_env(floor.site) as env:
        return env.session.scalar(select(func.sum(RollupMinute.count))) or 0


def _last(floor: Floor) -> float | None:
    with open_env(floor.site) as env:
        return env.session.scalar(select(Latest.value))
