"""dovetail check: what keeps the rules is left in peace, and each rule finds what breaks it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from core.checks import problems, sources
from core.checks.problem import Problem
from core.checks.subject import Source
from core.testing.process import apart
from tests.core.migrate import steps


def checked(name: str, *more: str) -> list[tuple[str, str]]:
    """Where and what of each problem of one addon."""
    found = problems([name], steps.available(*more))
    return [(problem.where, problem.what) for problem in found if problem.addon == name]


@pytest.mark.parametrize("name", ["library", "lending", "shelving"])
def test_an_addon_that_keeps_the_rules_has_no_problem(name: str) -> None:
    found = apart(checked, name)

    assert [problem for problem in found if problem[0] != "migrations" or name != "shelving"] == []


def test_every_rule_finds_what_breaks_it() -> None:
    found = apart(checked, "rude", "rude")

    expected = [
        ("models.py:", "text passes by the access gate"),
        ("models.py:", "imports core.orm.tracking; an addon imports core, core.base"),
        ("models.py:", "__table__ passes by the access gate"),
        ("Remark", "nobody is granted anything on it"),
        ("Remark", "has no docstring; say what it is in a sentence."),
        (
            "Remark",
            "ix_rude_remark_what_the_reader_thought_of_it_when_they_had_read_it_sort is longer than the 63",
        ),
        ("Remark.body", "has no label"),
        ("RudeBook.insult", "must have a default or be optional"),
        ("hookspecs: remark_made", "has no docstring"),
        ("hookspecs: remark_made", "is never called by its owner"),
        ("actions.py:", "decide_lending takes env, book"),
        ("actions.py:", "there is no hook decide_returning"),
        ("migrations/0001_initial.py:", "changes library_book, which is another addon's"),
        ("__init__.py:", "'Rude' has no German"),
    ]
    for where, what in expected:
        assert any(at.startswith(where) and what in said for at, said in found), (where, what)


def test_a_forgotten_dependency_is_found_without_loading_it() -> None:
    found = apart(checked, "stray", "forgotten_dependency")

    assert dict(found)["models.py:3"].startswith("imports library.models.book without naming library: add it")


def test_a_table_name_that_another_addon_has_is_found() -> None:
    found = apart(table_problems)

    assert [what for where, what in found if where.startswith("models/book.py")] == [
        "table library_book is annex's as well; rename it."
    ]


def table_problems() -> list[tuple[str, str]]:
    return checked("library", "same_table")


@pytest.mark.parametrize(
    ("folder", "name", "what"),
    [
        ("unknown_hook", "eager", "implements a hook that nobody announces"),
        ("wrong_signature", "curt", "does not fit its specification"),
        ("same_table", "annex", "both have a table library_book"),
    ],
)
def test_an_addon_that_cannot_be_loaded_is_told_like_any_other_problem(
    folder: str, name: str, what: str
) -> None:
    found = apart(checked, name, folder)

    assert any(re.search(what, said) for _where, said in found)


def test_long_files_and_functions_are_found() -> None:
    body = "".join(f"    x = {n}\n" for n in range(60))
    text = f"def long():\n{body}" + "\n" * 600
    source = Source(Path("long.py"), "long.py", "long", text, ast.parse(text))

    found = list(sources.too_long("long", source))

    assert found == [
        Problem("long", "long.py", "has 661 lines; 600 are the most. Divide it."),
        Problem("long", "long.py:1", "long has 61 lines; 50 are the most. Divide it."),
    ]
