"""Links and collections lead to their own addon's classes, whatever others are called."""

from __future__ import annotations

import subprocess
import sys

SOURCE = """
from __future__ import annotations
from sqlalchemy.orm import Mapped
from core.i18n import _
from core.orm.field import children, link, part_of, reference
from core.orm.model import Model

class Note(Model):
    "A note."
    __tablename__ = "{addon}_note"
    parent_id: Mapped[int | None] = reference("{addon}_note", _("Parent"))
    parent: Mapped[Note | None] = link(parent_id, remote=lambda: Note.id)
    lines: Mapped[list[NoteLine]] = children(_("Lines"), by=lambda: NoteLine.note)

class NoteLine(Model):
    "A line of a note."
    __tablename__ = "{addon}_note_line"
    note_id: Mapped[int] = part_of(Note, _("Note"))
    note: Mapped[Note] = link(note_id, back=lambda: Note.lines)
"""

PROGRAM = f"""
import sys, types
from sqlalchemy.orm import configure_mappers
from core import addon
SOURCE = {SOURCE!r}
made = []
for name in ("one", "two"):
    addon._owners[name] = name
    module = sys.modules[name] = types.ModuleType(name)
    exec(SOURCE.replace("{{addon}}", name), module.__dict__)
    made.append(module)
configure_mappers()
for module in made:
    assert module.Note.lines.property.mapper.class_ is module.NoteLine
    assert module.NoteLine.note.property.mapper.class_ is module.Note
    assert module.Note.parent.property.mapper.class_ is module.Note
    assert module.Note.parent.property.uselist is False
"""


def test_two_addons_may_have_classes_of_one_name() -> None:
    ran = subprocess.run([sys.executable, "-c", PROGRAM], check=False, capture_output=True, text=True)

    assert ran.returncode == 0, ran.stderr
