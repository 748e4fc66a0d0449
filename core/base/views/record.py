"""To-dos, and what the platform keeps about records and itself."""

from __future__ import annotations

from core.base.models.deleted import DeletedRecord
from core.base.models.following import Follower, Notification
from core.base.models.mechanism import Sequence
from core.base.models.record import (
    Activity,
    ActivityState,
    Attachment,
    Comment,
    ExternalId,
    Favourite,
    Recent,
    RecordTemplate,
    SavedView,
    Setting,
)
from core.base.models.transfer import Import
from core.i18n import _
from core.orm.condition import where
from core.orm.operand import Me, Relative
from core.views.nodes import Form, Group, List, Menu, MenuSection, Preset, Shown, Tile, View

section = MenuSection("settings", _("Settings"), order=90)

_open = where(Activity.state, "eq", ActivityState.OPEN)
_mine = _open & where(Activity.assignee_id, "eq", Me())

to_dos = View(
    Activity,
    icon="list-check",
    list=List(
        Activity.subject, Activity.due_on, Activity.assignee_id, Activity.author_id, Activity.state,
        facets=(Activity.state, Activity.assignee_id),
        sort=("due_on",),
        presets=(
            Preset("mine", _("Mine"), _mine),
            Preset("late", _("Late"), _mine & where(Activity.due_on, "lt", Relative("day", 0))),
            Preset("given", _("Given to others"), _open & where(Activity.author_id, "eq", Me())),
        ),
        due=Activity.due_on,
    ),
    form=Form(
        Group("main", Activity.subject, Activity.due_on, Activity.assignee_id, Activity.author_id, Activity.done_at),
        status=Activity.state,
    ),
)  # fmt: skip

late_to_dos = Tile(
    "late_to_dos", _("Late to me"), Activity, _mine & where(Activity.due_on, "lt", Relative("day", 0)),
    urgent=True, order=10,
)  # fmt: skip

attachments = View(
    Attachment,
    icon="paperclip",
    list=List(Attachment.name, Attachment.media_type, Attachment.size_bytes, Attachment.author_id),
)
comments = View(Comment, icon="message", list=List(Comment.body, Comment.author_id, Comment.edited_at))

recycle_bin = View(
    DeletedRecord,
    docs="docs/ui.html#list",
    icon="trash",
    list=List(
        DeletedRecord.name, DeletedRecord.model, DeletedRecord.user_id, DeletedRecord.deleted_at,
        facets=(DeletedRecord.model, DeletedRecord.user_id),
        sort=("-deleted_at",),
        presets=(Preset("mine", _("Mine"), where(DeletedRecord.user_id, "eq", Me())),),
    ),
    form=Form(
        Group("main", DeletedRecord.name, DeletedRecord.model, DeletedRecord.user_id, DeletedRecord.deleted_at),
    ),
    menu=Menu("settings", _("Recycle bin"), icon="trash", order=84),
)  # fmt: skip

imports = View(
    Import,
    icon="file-upload",
    list=List(
        Import.file_name, Import.model, Import.user_id, Import.created, Import.changed, Import.undone_at,
    ),
    menu=Menu("settings", _("Imports"), icon="file-upload", order=85),
)  # fmt: skip

sequences = View(
    Sequence,
    icon="hash",
    list=List(
        Sequence.name, Sequence.company_id, Sequence.period, Sequence.pattern, Sequence.next, sort=("name",)
    ),
    menu=Menu("settings", _("Number sequences"), icon="hash", order=70),
)

external_ids = View(
    ExternalId,
    icon="link",
    list=List(
        ExternalId.system, ExternalId.key, ExternalId.model, ExternalId.record_id,
        facets=(),
        sort=("system",),
    ),
    menu=Menu("settings", _("External ids"), icon="link", order=80),
)  # fmt: skip

settings = View(
    Setting, icon="settings", list=List(Setting.name, Setting.company_id, Setting.user_id, Setting.value)
)
saved_views = View(
    SavedView,
    icon="bookmark",
    list=List(
        SavedView.name, SavedView.model, SavedView.owner_id, SavedView.shared_role, SavedView.is_default
    ),
    form=Form(
        Group(
            "main",
            SavedView.name,
            SavedView.model,
            SavedView.owner_id,
            Shown(SavedView.shared_role, widget="role"),
            SavedView.is_default,
        ),
    ),
)
record_templates = View(
    RecordTemplate,
    docs="docs/ui.html#form",
    icon="bookmark",
    list=List(
        RecordTemplate.name, RecordTemplate.model, RecordTemplate.owner_id, RecordTemplate.shared_role,
        facets=(RecordTemplate.model, RecordTemplate.owner_id),
        sort=("model", "name"),
    ),
    form=Form(
        Group(
            "main", RecordTemplate.name, RecordTemplate.model, RecordTemplate.owner_id,
            Shown(RecordTemplate.shared_role, widget="role"),
        ),
    ),
)  # fmt: skip
favourites = View(Favourite, icon="star")
followers = View(Follower, icon="eye")
notifications = View(
    Notification,
    icon="bell",
    list=List(
        Notification.kind, Notification.model, Notification.by_id, Notification.happened_at, Notification.seen_at,
        Notification.by_mail, sort=("-happened_at",),
    ),
)  # fmt: skip
recents = View(Recent, icon="history")
