"""The wheel's build step: every `locale/<language>.po` travels with its compiled catalog."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.builders.wheel import WheelBuilderConfig


class CompileCatalogs(BuildHookInterface[WheelBuilderConfig]):
    """Adds the compiled catalogs to a wheel and leaves the source tree as it was."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        self._folder = tempfile.TemporaryDirectory()
        root = Path(self.root)
        for number, po in enumerate(sorted(root.glob("*/**/locale/*.po"))):
            place = po.relative_to(root)
            if place.parts[0] in {"core", "addons"}:
                compiled = Path(self._folder.name) / f"{number}.mo"
                with po.open("rb") as source, compiled.open("wb") as target:
                    write_mo(target, read_po(source, locale=po.stem))
                build_data["force_include"][str(compiled)] = str(place.with_suffix(".mo"))

    def finalize(self, version: str, _build_data: dict[str, Any], _artifact: str) -> None:
        if version != "editable":
            self._folder.cleanup()
