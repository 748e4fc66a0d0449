"""Who may see and change what base keeps.

Everybody reads master data. Comments, files and to-dos are read through core.base.hanging alone: the scopes here let
a person select no more than their own, so that no list, search or API call shows what others wrote on records that
the person may not see.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, or_, select

from core.base.models.automation import AutomationRule, AutomationRun
from core.base.models.calendar import Calendar
from core.base.models.company import Company, Site
from core.base.models.deleted import DeletedRecord
from core.base.models.following import Follower, Notification
from core.base.models.item import Item, Lot
from core.base.models.mail import Mail, MailTemplate
from core.base.models.mechanism import (
    CustomField,
    IncomingMessage,
    Job,
    OutgoingMessage,
    Schedule,
    Sequence,
    SiteLayout,
)
from core.base.models.money import Currency, PaymentTerm, Rate, Tax, TaxCategory
from core.base.models.party import Party
from core.base.models.person import Person, Qualification
from core.base.models.place import PhysicalAsset, StorageLocation, WorkCenter
from core.base.models.product import Bom, Routing
from core.base.models.record import (
    Activity,
    Attachment,
    Comment,
    ExternalId,
    Favourite,
    Recent,
    RecordTemplate,
    SavedView,
    Setting,
)
from core.base.models.role import (
    administrator,
    auditor,
    correspondent,
    employee,
    integration_operator,
    master_data_editor,
    personnel_officer,
    view_keeper,
)
from core.base.models.transfer import Import
from core.base.models.unit import Unit
from core.base.models.user import IdentityProvider, Signature, User, UserCompany
from core.base.models.webhook import Webhook, WebhookDelivery
from core.i18n import _
from core.security.role import Grant, Scope

if TYPE_CHECKING:
    from core.orm.env import Principal

ALL = "read create write delete"

#: Given by law, standards and banks: a wrong change is felt by every company.
_SITE_WIDE = (Currency, Unit, TaxCategory)
_MASTER_DATA = (
    Bom,
    Calendar,
    Item,
    Lot,
    Party,
    PaymentTerm,
    PhysicalAsset,
    Rate,
    Routing,
    StorageLocation,
    Tax,
    WorkCenter,
)
_PERSONNEL = (Person, Qualification)
_MESSAGES = (IncomingMessage, OutgoingMessage)

grants = [
    Grant(employee, (*_SITE_WIDE, *_MASTER_DATA, *_PERSONNEL, Site, Company, User), "read"),
    Grant(employee, (Activity, Attachment, Comment, Import, Job, RecordTemplate, SavedView, Setting), "read"),
    Grant(employee, (Follower, Notification), "read"),
    Grant(employee, (Favourite, Recent), ALL),
    Grant(employee, DeletedRecord, "read delete"),
    Grant(view_keeper, (RecordTemplate, SavedView), "create write delete"),
    Grant(master_data_editor, _MASTER_DATA, ALL),
    Grant(personnel_officer, _PERSONNEL, ALL),
    Grant(
        auditor,
        (IdentityProvider, User, Import, Job, Schedule, Sequence, Setting, ExternalId, Signature, *_MESSAGES),
        "read",
    ),
    Grant(integration_operator, _MESSAGES, "read write"),
    Grant(correspondent, (Mail, MailTemplate), "read"),
    Grant(auditor, (Mail, MailTemplate), "read"),
    Grant(administrator, MailTemplate, ALL),
    Grant(administrator, DeletedRecord, "read delete"),
    Grant(administrator, Sequence, "read write"),
    Grant(administrator, IdentityProvider, "read create write"),
    Grant(administrator, CustomField, "read create write"),
    Grant(administrator, SiteLayout, ALL),
    Grant(administrator, (AutomationRule, Webhook), "read create write"),
    Grant(integration_operator, (Webhook, WebhookDelivery), "read"),
    Grant(auditor, (AutomationRule, AutomationRun, Webhook, WebhookDelivery), "read"),
    Grant(administrator, Import, "read"),
    Grant(administrator, (Job, Schedule), "read write"),
    Grant(administrator, (*_SITE_WIDE, Company, Site, User, Setting, ExternalId), ALL),
]


def _is_mine(entity: Any, principal: Principal) -> ColumnElement[bool]:  # Any: the model or an alias
    return entity.user_id == principal.user_id  # type: ignore[no-any-return]  # of an alias


def _is_mine_or_everybodys(entity: Any, principal: Principal) -> ColumnElement[bool]:  # Any: as above
    return or_(entity.user_id == principal.user_id, entity.user_id.is_(None))


def _in_company_or_the_platforms(entity: Any, principal: Principal) -> ColumnElement[bool]:  # Any: as above
    platforms = and_(entity.user_id.is_(None), entity.acting_company_id.is_(None))
    return or_(entity.acting_company_id.in_(sorted(principal.companies)), platforms)


def _wrote(entity: Any, principal: Principal) -> ColumnElement[bool]:  # Any: the model or an alias
    return entity.author_id == principal.user_id  # type: ignore[no-any-return]  # of an alias


def _concerns(entity: Any, principal: Principal) -> ColumnElement[bool]:  # Any: the model or an alias
    return or_(entity.assignee_id == principal.user_id, entity.author_id == principal.user_id)


def _owns(entity: Any, principal: Principal) -> ColumnElement[bool]:  # Any: the model or an alias
    return entity.owner_id == principal.user_id  # type: ignore[no-any-return]  # of an alias


def _owns_or_shares(entity: Any, principal: Principal) -> ColumnElement[bool]:  # Any: the model or an alias
    return or_(entity.owner_id == principal.user_id, entity.shared_role.in_(sorted(principal.roles)))


def _works_in(entity: Any, principal: Principal) -> ColumnElement[bool]:  # Any: the model or an alias
    return entity.id.in_(sorted(principal.companies))  # type: ignore[no-any-return]  # of an alias


def _works_with(entity: Any, principal: Principal) -> ColumnElement[bool]:  # Any: the model or an alias
    """The user themselves, and whoever works in one of their companies. Over the table: the scope asks no scope."""
    worker = UserCompany.__table__.c
    colleague = (
        select(worker.id)
        .where(worker.user_id == entity.id, worker.seen_company_id.in_(sorted(principal.companies)))
        .correlate(entity)
        .exists()
    )
    return or_(entity.id == principal.user_id, colleague)


scopes = [
    Scope(employee, Company, _works_in, _("companies that the user works in")),
    Scope(employee, User, _works_with, _("colleagues in the user's companies")),
    Scope(employee, Comment, _wrote, _("own ones; others' on the page of the record")),
    Scope(employee, Attachment, _wrote, _("own ones; others' on the page of the record")),
    Scope(employee, Activity, _concerns, _("those given by or to the user")),
    Scope(correspondent, Mail, _wrote, _("own ones; others' on the page of the record")),
    Scope(employee, DeletedRecord, _is_mine, _("own ones")),
    Scope(employee, Import, _is_mine, _("own ones")),
    Scope(employee, Job, _is_mine, _("own ones")),
    Scope(
        auditor, Job, _in_company_or_the_platforms, _("those of the user's companies and the platform's own")
    ),
    Scope(
        administrator,
        Job,
        _in_company_or_the_platforms,
        _("those of the user's companies and the platform's own"),
    ),
    Scope(employee, Favourite, _is_mine, _("own ones")),
    Scope(employee, Recent, _is_mine, _("own ones")),
    Scope(employee, Follower, _is_mine, _("own ones")),
    Scope(employee, Notification, _is_mine, _("own ones")),
    Scope(employee, Setting, _is_mine_or_everybodys, _("own ones and everybody's")),
    Scope(employee, SavedView, _owns_or_shares, _("own ones and those shared with a role of the user")),
    Scope(view_keeper, SavedView, _owns, _("own ones")),
    Scope(employee, RecordTemplate, _owns_or_shares, _("own ones and those shared with a role of the user")),
    Scope(view_keeper, RecordTemplate, _owns, _("own ones")),
]
