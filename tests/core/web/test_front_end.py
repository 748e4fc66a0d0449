"""The built files, templates and style sheets keep the rules that the policy and the design ask."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader

import core.web

WEB = Path(core.web.__file__).parent
DIST = WEB / "static" / "dist"
TEMPLATES = sorted((WEB / "templates").rglob("*.jinja"))
SHEETS = sorted((WEB / "static" / "css").glob("*.css"))
MODULES = sorted((WEB / "static" / "js").glob("*.js"))


def without_comments(text: str) -> str:
    return re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL)


def test_the_manifest_names_every_built_file_with_its_digest() -> None:
    manifest = json.loads((DIST / "manifest.json").read_text())
    built = {file.name: file.read_bytes() for file in DIST.iterdir() if file.name != "manifest.json"}
    assert {name: sha256(content).hexdigest() for name, content in built.items()} == {
        name: entry["sha256"] for name, entry in manifest.items()
    }


@pytest.mark.parametrize("name", ["@tabler/core", "@tabler/icons", "htmx.org", "@alpinejs/csp", "Inter"])
def test_every_vendored_work_brings_its_licence(name: str) -> None:
    assert name in (DIST / "LICENSES.txt").read_text()


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.name)
def test_a_template_compiles(file: Path) -> None:
    Environment(loader=FileSystemLoader(WEB / "templates"), autoescape=True).get_template(
        str(file.relative_to(WEB / "templates"))
    )


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.name)
def test_a_template_has_nothing_inline_that_the_policy_forbids(file: Path) -> None:
    source = without_comments(file.read_text())
    assert not re.search(r"\sstyle\s*=", source)
    assert not re.search(r"\son[a-z]+\s*=", source)
    assert not re.search(r"hx-on|hx-vals=.js:", source)
    assert not re.search(r"<script(?![^>]*\s(?:src=|type=\"application/json\"))", source)  # data runs nowhere
    assert "|safe" not in source


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.name)
def test_every_icon_that_a_template_names_is_in_the_sprite(file: Path) -> None:
    sprite = (WEB / "templates" / "icons.svg").read_text()
    named = re.findall(r"(?:icon\(|icon_name=|icon=)\"([a-z0-9-]+)\"", file.read_text())
    assert [name for name in named if f'id="i-{name}"' not in sprite] == []


def test_every_icon_that_a_view_or_action_names_is_in_the_sprite() -> None:
    sprite = (WEB / "templates" / "icons.svg").read_text()
    sources = [file for name in ("core", "addons") for file in (WEB.parents[1] / name).rglob("*.py")]
    named = {icon for file in sources for icon in re.findall(r'\bicon="([a-z0-9-]+)"', file.read_text())}
    assert len(named) > 40
    assert sorted(icon for icon in named if f'id="i-{icon}"' not in sprite) == []


@pytest.mark.parametrize("file", SHEETS, ids=lambda file: file.name)
def test_every_class_of_ours_has_our_prefix(file: Path) -> None:
    selectors = re.sub(r"/\*.*?\*/|\{[^{}]*\}|url\([^)]*\)|\"[^\"]*\"", "", file.read_text(), flags=re.DOTALL)
    ours = re.findall(r"\.([a-zA-Z][\w-]*)", selectors)
    drawn = ("uplot", "u-") if file.name == "plot.css" else ()  # what uPlot names its parts
    assert [name for name in ours if not name.startswith(("dt-", *drawn)) and name != "css"] == []


@pytest.mark.parametrize("file", SHEETS, ids=lambda file: file.name)
def test_colours_are_named_in_the_tokens_alone(file: Path) -> None:
    if file.name in ("tokens.css", "document.css", "print.css"):
        return
    values = re.sub(r"/\*.*?\*/", "", file.read_text(), flags=re.DOTALL)
    ink_on_amber = "#171b21"  # the same in both themes
    assert set(re.findall(r"#[0-9a-f]{3,8}\b", values)) <= {ink_on_amber}


@pytest.mark.parametrize("file", MODULES, ids=lambda file: file.name)
def test_a_module_neither_makes_code_from_text_nor_loads_from_elsewhere(file: Path) -> None:
    source = file.read_text()
    assert not re.search(r"\beval\(|new Function|setAttribute\(\"style\"|document\.write", source)
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", source)


@pytest.mark.parametrize("file", [*SHEETS, *MODULES, *TEMPLATES], ids=lambda file: file.name)
def test_a_file_of_the_front_end_stays_readable_in_one_go(file: Path) -> None:
    assert len(file.read_text().splitlines()) <= 600


def test_every_sentence_that_scripts_ask_for_is_on_the_page() -> None:
    asked = {
        name
        for file in MODULES
        for name in re.findall(r"\btext\((?:answer \? )?\"([a-z-]+)\"", file.read_text())
    }
    given = set(re.findall(r"data-text=\"([a-z-]+)\"", (WEB / "templates" / "texts.html.jinja").read_text()))
    assert asked <= given
