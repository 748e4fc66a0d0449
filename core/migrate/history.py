"""One Alembic history and version table per addon, run on a connection that the caller commits."""

from __future__ import annotations

import warnings
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Column, Connection, MetaData, String, Table, inspect, select
from sqlalchemy.exc import SAWarning

from core.addon import Package
from core.errors import AddonError
from core.i18n import _
from core.orm.model import Base
from core.orm.trigram import is_accelerator
from core.orm.trouble import gave_up
from core.orm.types import ChoiceType, ExactNumber, UtcDateTime

if TYPE_CHECKING:
    from alembic.config import Config

#: Compares CHECK constraints by name as well, which Alembic does on request alone.
COMPARISONS = ["alembic.autogenerate.*", "alembic.ext.checkconstraint_byname"]


@dataclass(frozen=True)
class Revision:
    """One step of an addon's history."""

    addon: str
    id: str
    message: str
    #: Revisions of other addons that must have run before it, by addon.
    requires: Mapping[str, str]


def revisions(package: Package) -> list[Revision]:
    """The addon's history, oldest first."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415 -- 0.1 s, for changes of the schema alone

    if not head(package):
        return []
    script = ScriptDirectory.from_config(_config(package))
    found = [
        Revision(package.name, step.revision, step.doc, getattr(step.module, "requires", {}))
        for step in script.walk_revisions()
    ]
    return found[::-1]


def head(package: Package) -> str:
    """The newest revision of the addon, empty without any; told by the file names, which begin with its number."""
    return max((file.stem.partition("_")[0] for file in _folder(package).glob("[0-9]*.py")), default="")


def current(connection: Connection, package: Package) -> str:
    """The revision that the database's tables of this addon have, empty before the first."""
    name = version_table(package.name)
    if not inspect(connection).has_table(name):
        return ""
    table = Table(name, MetaData(), Column("version_num", String(32)))
    return connection.scalar(select(table.c.version_num)) or ""


def pending(connection: Connection, package: Package) -> list[Revision]:
    """The revisions that the database still lacks, oldest first."""
    known = revisions(package)
    at = current(connection, package)
    if at and at not in [step.id for step in known]:
        raise AddonError(
            _(
                "The database has revision {revision} of addon {name}, which its code does not know. "
                "The code is older than the data: install the newer version again.",
                revision=at,
                name=package.name,
            )
        )
    start = next((i + 1 for i, step in enumerate(known) if step.id == at), 0)
    return known[start:]


def stamp(connection: Connection, package: Package) -> None:
    """Record that the schema is the newest, after it was made from the models."""
    if not head(package):
        return
    from alembic import command  # noqa: PLC0415 -- as above

    command.stamp(_config(package, connection), "head")


def step_up(connection: Connection, package: Package, revision: str) -> None:
    """Run the history up to `revision`."""
    from alembic import command  # noqa: PLC0415 -- as above

    with _told(package, revision):
        command.upgrade(_config(package, connection), revision)


def step_down(connection: Connection, package: Package, revision: str = "base") -> None:
    """Run the history back to `revision`, by default to before its first."""
    from alembic import command  # noqa: PLC0415 -- as above

    with _told(package, revision):
        command.downgrade(_config(package, connection), revision)


def write_revision(connection: Connection, package: Package, message: str) -> Path:
    """Write the next revision: the difference between the models and the tables of `connection`."""
    from alembic import command  # noqa: PLC0415 -- as above

    folder = _folder(package)
    folder.mkdir(exist_ok=True)
    (folder / "__init__.py").touch()
    number = f"{len(revisions(package)) + 1:04}"
    with _quiet_reflection():
        made = command.revision(
            _config(package, connection), message, autogenerate=True, rev_id=number, version_path=str(folder)
        )
    script = made[0] if isinstance(made, list) else made
    if script is None or script.path is None:
        raise AddonError(_("Alembic wrote no revision for addon {name}.", name=package.name))
    return _tidied(Path(script.path))


def differences(connection: Connection, addon: str) -> list[Any]:  # Any: Alembic's tuples
    """What autogenerate would change so that the tables are as the models say."""
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415 -- as above
    from alembic.runtime.migration import MigrationContext  # noqa: PLC0415 -- as above

    options = context_options(addon, connection.dialect.name)
    options.pop("version_table", None)
    with _quiet_reflection():
        context = MigrationContext.configure(connection, opts=options)
        return list(compare_metadata(context, Base.metadata))


def version_table(addon: str) -> str:
    """Where Alembic keeps the addon's revision."""
    return addon.replace(".", "_") + "_version"


def context_options(addon: str, dialect: str) -> dict[str, Any]:  # Any: Alembic's options
    """How Alembic looks at the database for `addon`: its own tables, its types, its rules of comparison."""

    def include_name(name: str | None, kind: str, parents: Mapping[str, str | None]) -> bool:
        if kind != "table":
            return not (kind == "index" and is_accelerator(name))
        table = Base.metadata.tables.get(name or "")
        return table is not None and table.info.get("addon") == addon

    def include_object(thing: Any, name: str | None, kind: str, *_of: object) -> bool:
        return kind != "table" or thing.info.get("addon", addon) == addon

    return {
        "target_metadata": Base.metadata,
        "include_name": include_name,
        "include_object": include_object,
        "render_as_batch": dialect == "sqlite",
        "render_item": _render,
        "compare_type": True,
        "transactional_ddl": True,
        "autogenerate_plugins": COMPARISONS,
        "process_revision_directives": _without_info,
    }


def _render(kind: str, item: Any, context: object) -> str | bool:  # Any: a schema item
    """Our types as a migration writes them; a choice is its text, so that the step outlives the class."""
    if kind != "type":
        return False
    if isinstance(item, BigInteger) and "sqlite" in item._variant_mapping:
        return "types.BigId"
    if isinstance(item, ExactNumber):
        return f"types.ExactNumber({item.places})"
    if isinstance(item, ChoiceType):
        return f"sa.String({item.impl.length})"
    return "types.UtcDateTime()" if isinstance(item, UtcDateTime) else False


def _without_info(
    context: object, revision: object, directives: Sequence[Any]
) -> None:  # Any: Alembic's scripts
    """Whose a table is, is the model's to say: Alembic would write it into the migration."""
    for script in directives:
        for operation in script.upgrade_ops.ops:
            if hasattr(operation, "info"):
                operation.info = {}


def _tidied(path: Path) -> Path:
    """The script at `path` without Alembic's remarks to whoever writes one by hand."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if "# ###" not in line), encoding="utf-8")
    return path


def _folder(package: Package) -> Path:
    return package.folder / "migrations"


def _config(package: Package, connection: Connection | None = None) -> Config:
    from alembic.config import Config  # noqa: PLC0415 -- as above

    config = Config(cmd_opts=Namespace(quiet=True))
    here = str(Path(__file__).parent)
    config.set_main_option("script_location", here.replace("%", "%%"))
    config.set_main_option("version_locations", str(_folder(package)).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes.update(
        connection=connection, addon=package.name, version_table=version_table(package.name)
    )
    return config


@contextmanager
def _told(package: Package, revision: str) -> Iterator[None]:
    """A step that fails is told with its addon and revision."""
    try:
        yield
    except AddonError:
        raise
    except Exception as error:
        if gave_up(error):
            raise
        raise AddonError(
            _(
                "Migration {revision} of addon {name} failed: {error}. The whole upgrade was undone; nothing "
                "has changed. Mend the migration, or keep the version before.",
                revision=revision,
                name=package.name,
                error=str(error).partition("\n")[0].rstrip("."),
            )
        ) from error


def _quiet_reflection() -> warnings.catch_warnings[None]:
    """SQLite cannot reflect every index we make; what it skips is compared on PostgreSQL."""
    return warnings.catch_warnings(action="ignore", category=SAWarning)
