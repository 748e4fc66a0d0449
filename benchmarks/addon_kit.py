"""How long a stranger waits for a new addon: made, installed, put on a site, its own tests run.

    python -m benchmarks.addon_kit [--json]

In an environment that has the platform from its wheel, which is made before and not measured, as nothing is loaded
from a network.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from tests.installing import Installed, installed, platform_wheel

NAME = "acme_calibration"
MOST_SECONDS = 60


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def main(as_json: bool) -> None:
    """Measure the way from nothing to an addon whose tests pass."""
    with tempfile.TemporaryDirectory() as folder:
        environment = installed(platform_wheel(Path(folder) / "wheel"), Path(folder) / "environment")
        found = dict(_steps(environment, Path(folder)))
    whole = sum(found.values())
    if as_json:
        click.echo(json.dumps({"steps": found, "seconds": whole, "met": whole <= MOST_SECONDS}))
    else:
        for step, seconds in found.items():
            click.echo(f"{step:12} {seconds:6.1f} s")
        click.echo(
            f"{'whole':12} {whole:6.1f} s  {MOST_SECONDS} s: {'met' if whole <= MOST_SECONDS else 'MISSED'}"
        )
    sys.exit(0 if whole <= MOST_SECONDS else 1)


def _steps(environment: Installed, folder: Path) -> Iterator[tuple[str, float]]:
    """Each step with the seconds that it took."""
    addon, site = folder / NAME, ("--site", str(folder / "site"))

    def dovetail(*arguments: str) -> str:
        return environment.run("dovetail", *arguments, cwd=folder)

    yield "new-addon", _timed(lambda: dovetail("new-addon", NAME, "--no-input"))
    yield "pip install", _timed(lambda: environment.install(addon))
    yield "site", _timed(lambda: dovetail(*site, "init", "--database", f"sqlite:///{folder / 'plant.db'}"))
    yield "install", _timed(lambda: dovetail(*site, "addons", "install", NAME, "--yes"))
    tests = ("-m", "pytest", "-q", "-k", "not postgresql")
    yield "tests", _timed(lambda: environment.run("python", *tests, cwd=addon))


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return round(time.perf_counter() - began, 1)


if __name__ == "__main__":
    main()
