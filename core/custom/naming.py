"""What a custom field may be called, and what its table is called."""

from __future__ import annotations

import re
from collections.abc import Collection
from hashlib import sha256

from sqlalchemy.dialects.postgresql.base import RESERVED_WORDS as POSTGRESQL_WORDS
from sqlalchemy.dialects.sqlite.base import SQLiteIdentifierPreparer

from core.addon import CUSTOM
from core.i18n import Text, _
from core.orm.facet import Facet
from core.orm.plan import STAMPS

SQLITE_WORDS = SQLiteIdentifierPreparer.reserved_words
#: Characters of a key: names made of it (columns, indexes, triggers) stay within PostgreSQL's 63.
MOST = 40
_KEY = re.compile(r"[a-z][a-z0-9_]*")
#: The longest table that needs no digest in its name.
_TABLE_MOST = 48
#: What a facet's class and every record have already, and words of SQL, which would have to be quoted in reports.
_RESERVED = frozenset({*dir(Facet), *STAMPS, "id", "company_id", *POSTGRESQL_WORDS, *SQLITE_WORDS})


def key_problem(key: str, taken: Collection[str]) -> Text | None:
    """Why a field cannot be called `key` on a model that has fields called `taken`; None when it can."""
    if len(key) > MOST:
        return _("A key has {most} characters at most; this one has {count}.", most=MOST, count=len(key))
    if not _KEY.fullmatch(key):
        return _("A key is made of small letters, digits and _, and begins with a letter: inspection_class.")
    if key in _RESERVED:
        return _("“{key}” is reserved for the platform. Choose another key.", key=key)
    if key in taken:
        return _("There is a field {key} already. Choose another key.", key=key)
    return None


def proposed_key(label: str) -> str:
    """A key made of a label: `inspection_class` of `Inspection class`."""
    plain = label.lower()
    for letter, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        plain = plain.replace(letter, letters)
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_").lstrip("0123456789_")[:MOST].rstrip("_")


def table_name(table: str) -> str:
    """Where the custom fields of the records of `table` are kept."""
    return f"{CUSTOM}_{table if len(table) <= _TABLE_MOST else _shortened(table)}"


def table_of_model(name: str) -> str:
    """The table of the model called `name`, which need not be loaded: the opposite of model_name."""
    addon, _dot, noun = name.rpartition(".")
    return f"{addon.replace('.', '_')}_{noun}"


def _shortened(table: str) -> str:
    digest = sha256(table.encode()).hexdigest()[:8]
    return f"{table[: _TABLE_MOST - len(digest) - 1]}_{digest}"
