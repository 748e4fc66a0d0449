"""What a change of the addons will do, said before it is done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from core.i18n import Text, _

#: A table and how many of its rows are concerned.
Rows = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Plan:
    """What will happen to which addons, tables and rows."""

    verb: Text
    #: Every addon concerned, in the order in which it happens.
    addons: tuple[str, ...]
    joins: tuple[str, ...] = ()
    #: Addons that need the named one; they must be included.
    dependants: tuple[str, ...] = ()
    created: tuple[str, ...] = ()
    dropped: Rows = ()
    #: Custom fields of records that stay which refer to records of it.
    columns: tuple[str, ...] = ()
    #: Rows of other addons' tables that name it and go with it.
    deleted: Rows = ()
    #: Rows of ledgers among what is dropped: entries that nobody may delete while the addon is there.
    ledgers: Rows = ()
    #: Where what goes is written to first.
    archive: str = ""
    #: Rows that an archive gives back.
    returned: Rows = ()
    #: Facet rows that are made for records that exist already.
    back_filled: Rows = ()
    #: Revisions in the order in which they run, with their messages.
    revisions: tuple[str, ...] = ()
    #: Indexes that are made when all else is committed.
    indexes: tuple[str, ...] = ()
    #: Addons whose guards are made again.
    guards: tuple[str, ...] = ()
    locks: tuple[Text, ...] = ()

    @property
    def empty(self) -> bool:
        return not self.addons

    def lines(self) -> Iterator[Text]:
        """The plan for a person, a line each."""
        if self.empty:
            yield _("Nothing to do.")
            return
        yield _("{verb}: {names}", verb=self.verb, names=", ".join(self.addons))
        if self.joins:
            yield _("Joins concerned: {names}", names=", ".join(self.joins))
        if self.dependants:
            yield _("Needed by: {names}", names=", ".join(self.dependants))
        for name in self.created:
            yield _("Creates table {table}", table=name)
        for step in self.revisions:
            yield _("Runs migration {step}", step=step)
        for name in self.guards:
            yield _("Makes the guards of {addon} again", addon=name)
        for name in self.indexes:
            yield _("Makes the index {index}, while people work", index=name)
        yield from self._rows()
        yield from self.locks

    def _rows(self) -> Iterator[Text]:
        for table, rows in self.back_filled:
            yield _("Fills {table} with {rows} rows", table=table, rows=rows)
        for table, rows in self.returned:
            yield _("Gives {rows} rows back to {table}", table=table, rows=rows)
        if self.archive:
            yield _("Writes all that goes to {file}", file=self.archive)
        for table, rows in self.ledgers:
            yield _("{table} is a ledger: its {rows} entries are for good", table=table, rows=rows)
        for table, rows in self.dropped:
            yield _("Drops table {table} with {rows} rows", table=table, rows=rows)
        for column in self.columns:
            yield _("Drops the custom field {column}, which refers to it", column=column)
        for table, rows in self.deleted:
            yield _("Deletes {rows} rows of {table} that name it", table=table, rows=rows)
