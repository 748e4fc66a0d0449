"""dovetail new-addon: a whole addon as a package of its own, to begin from."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import click

from core.cli.scaffold import naming
from core.cli.scaffold.naming import Plan
from core.errors import PlatformError
from core.i18n import _

_EXTENDED = "base.item"


@click.command("new-addon")
@click.argument("name")
@click.option("--title", help="What people call the addon.")
@click.option("--model", help="What people call one record of it, such as Gauge check.")
@click.option("--plural", help="What people call several.")
@click.option("--extends", help="The model that it adds fields to, such as base.item.")
@click.option("--author", help="Who writes it.")
@click.option("--folder", default=".", type=click.Path(path_type=Path, exists=True, file_okay=False),
              help="Where its folder is made.")  # fmt: skip
@click.option("--no-input", "silent", is_flag=True, help="Ask nothing: what is not given has its default.")
def new_addon(
    name: str,
    title: str | None,
    model: str | None,
    plural: str | None,
    extends: str | None,
    author: str | None,
    folder: Path,
    *,
    silent: bool,
) -> None:
    """Write a new addon, a package of its own that works at once: to be changed, not filled in."""
    from core.cli.scaffold.writing import write  # noqa: PLC0415 -- Alembic is 0.1 s

    naming.check_name(name)
    ask = _given if silent else _asked
    words = name.replace("_", " ")
    title = ask(title, _("Title"), words.capitalize(), naming.check_shown)
    model = ask(model, _("Model (one of its records)"), words.rpartition(" ")[2].capitalize(), _label)
    plural = ask(plural, _("Several of them"), _plural(model), naming.check_shown)
    chosen = ask(extends, _("Adds fields to"), _EXTENDED, _extended)
    author = ask(author, _("Author"), _whoami(), naming.check_shown)
    plan = Plan(name, title, model, plural, author, naming.extended(chosen))
    naming.check_plan(plan)
    made = write(plan, folder)
    click.echo(
        str(_("The addon {name} is in {folder}. Its README tells what to do next.", name=name, folder=made))
    )


def _given(value: str | None, question: object, default: str, check: Callable[[str], str]) -> str:
    return check(default if value is None else value)


def _asked(value: str | None, question: object, default: str, check: Callable[[str], str]) -> str:
    """The value, asked for until it is one where the command line does not give it."""
    if value is not None:
        return check(value)

    def parsed(text: str) -> str:
        try:
            return check(text)
        except PlatformError as error:
            raise click.UsageError(str(error)) from error

    answer: str = click.prompt(str(question), default=default, value_proc=parsed)
    return answer


def _label(text: str) -> str:
    naming.noun_of(text)
    return text.strip()


def _extended(text: str) -> str:
    naming.extended(text.strip())
    return text.strip()


def _plural(label: str) -> str:
    """As English forms most of them; the option says it otherwise."""
    if re.search(r"[^aeiou]y$", label):
        return f"{label[:-1]}ies"
    return f"{label}es" if re.search(r"(s|x|z|ch|sh)$", label) else f"{label}s"


def _whoami() -> str:
    """Who commits here, as git knows it."""
    git = shutil.which("git")
    if git is None:
        return "Nobody"
    asked = [git, "config", "user.name"]
    told = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603 -- our own arguments, no shell
    return told.stdout.strip() or "Nobody"
