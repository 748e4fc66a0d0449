"""The public face of Dovetail: everything that an addon may import. Nothing inside the core imports it.

Names are fetched on first use, so that reading a manifest maps no table.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core import calling as calling
    from core.actions import Action as Action
    from core.actions import Ask as Ask
    from core.actions import action as action
    from core.addon import Addon as Addon
    from core.clock import held as held
    from core.clock import now as now
    from core.clock import today as today
    from core.config import given_secret as given_secret
    from core.deprecation import deprecated as deprecated
    from core.environment import variable as variable
    from core.errors import AddonError as AddonError
    from core.errors import Conflict as Conflict
    from core.errors import Forbidden as Forbidden
    from core.errors import FormatError as FormatError
    from core.errors import NotFound as NotFound
    from core.errors import PlatformError as PlatformError
    from core.errors import UserError as UserError
    from core.errors import ValidationError as ValidationError
    from core.events.effect import handles as handles
    from core.events.inbox import Receipt as Receipt
    from core.events.inbox import receive as receive
    from core.events.incoming import IncomingState as IncomingState
    from core.events.message import Message as Message
    from core.events.outbox import Refused as Refused
    from core.events.outbox import Retry as Retry
    from core.events.outbox import send as send
    from core.events.outbox import transport as transport
    from core.events.stream import publish as publish
    from core.hookspecs import hookspec as hookspec
    from core.i18n import Text as Text
    from core.i18n import _ as _
    from core.i18n import plural as plural
    from core.jobs.job import enqueue as enqueue
    from core.jobs.job import task as task
    from core.jobs.recurring import Recurring as Recurring
    from core.jobs.run import Run as Run
    from core.orm import bulk as bulk
    from core.orm import query as query
    from core.orm import series as series
    from core.orm.assign import assign as assign
    from core.orm.computed import computed as computed
    from core.orm.condition import ALWAYS as ALWAYS
    from core.orm.condition import Condition as Condition
    from core.orm.condition import from_json as from_json
    from core.orm.condition import related as related
    from core.orm.condition import where as where
    from core.orm.constraint import tell as tell
    from core.orm.env import Env as Env
    from core.orm.env import Principal as Principal
    from core.orm.env import Site as Site
    from core.orm.env import open_env as open_env
    from core.orm.facet import Facet as Facet
    from core.orm.field import children as children
    from core.orm.field import field as field
    from core.orm.field import index as index
    from core.orm.field import link as link
    from core.orm.field import part_of as part_of
    from core.orm.field import reference as reference
    from core.orm.guards import append_only as append_only
    from core.orm.guards import guard as guard
    from core.orm.migrating import irreversible as irreversible
    from core.orm.model import Model as Model
    from core.orm.model import OfCompany as OfCompany
    from core.orm.model import SharedByCompanies as SharedByCompanies
    from core.orm.model import model_name as model_name
    from core.orm.operand import Me as Me
    from core.orm.operand import Relative as Relative
    from core.orm.query import Count as Count
    from core.orm.sequence import number as number
    from core.orm.series import Series as Series
    from core.orm.series import Summary as Summary
    from core.orm.types import BigId as BigId
    from core.orm.types import Choice as Choice
    from core.orm.types import Code as Code
    from core.orm.types import Day as Day
    from core.orm.types import Email as Email
    from core.orm.types import Instant as Instant
    from core.orm.types import Json as Json
    from core.orm.types import LongText as LongText
    from core.orm.types import Money as Money
    from core.orm.types import Name as Name
    from core.orm.types import Percent as Percent
    from core.orm.types import Phone as Phone
    from core.orm.types import Price as Price
    from core.orm.types import Quantity as Quantity
    from core.orm.types import Rate as Rate
    from core.orm.types import Url as Url
    from core.orm.types import UtcDateTime as UtcDateTime
    from core.orm.types import is_confidential as is_confidential
    from core.plugins import hookimpl as hookimpl
    from core.security.role import Grant as Grant
    from core.security.role import Right as Right
    from core.security.role import Role as Role
    from core.security.role import Scope as Scope
    from core.views.first_step import FirstStep as FirstStep
    from core.views.first_step import there_is as there_is
    from core.views.live import fill as fill
    from core.views.nodes import Board as Board
    from core.views.nodes import Calendar as Calendar
    from core.views.nodes import CountTile as CountTile
    from core.views.nodes import Form as Form
    from core.views.nodes import Group as Group
    from core.views.nodes import Lines as Lines
    from core.views.nodes import List as List
    from core.views.nodes import Menu as Menu
    from core.views.nodes import MenuPage as MenuPage
    from core.views.nodes import MenuSection as MenuSection
    from core.views.nodes import Preset as Preset
    from core.views.nodes import Related as Related
    from core.views.nodes import Shown as Shown
    from core.views.nodes import Tab as Tab
    from core.views.nodes import Tile as Tile
    from core.views.nodes import Tree as Tree
    from core.views.nodes import View as View
    from core.views.place import place as place
    from core.workflow import Step as Step
    from core.workflow import Workflow as Workflow
    from core.workflow import four_eyes as four_eyes
    from core.workflow import signed as signed

_FACE = {
    "core.jobs.run": "Run",
    "core.clock": "held now today",
    "core.config": "given_secret",
    "core.environment": "variable",
    "core.orm.sequence": "number",
    "core.orm.assign": "assign",
    "core.orm.query": "Count",
    "core.orm.constraint": "tell",
    "core.events.stream": "publish",
    "core.jobs.job": "enqueue task",
    "core.jobs.recurring": "Recurring",
    "core.events.effect": "handles",
    "core.events.inbox": "Receipt receive",
    "core.events.incoming": "IncomingState",
    "core.events.message": "Message",
    "core.events.outbox": "Refused Retry send transport",
    "core.deprecation": "deprecated",
    "core.actions": "Action Ask action",
    "core.addon": "Addon",
    "core.errors": "AddonError Conflict Forbidden FormatError NotFound PlatformError UserError ValidationError",
    "core.i18n": "Text _ plural",
    "core.orm.computed": "computed",
    "core.orm.condition": "ALWAYS Condition from_json related where",
    "core.orm.operand": "Me Relative",
    "core.orm.env": "Env Principal Site open_env",
    "core.orm.facet": "Facet",
    "core.orm.guards": "append_only guard",
    "core.orm.migrating": "irreversible",
    "core.orm.field": "children field index link part_of reference",
    "core.orm.model": "Model OfCompany SharedByCompanies model_name",
    "core.orm.series": "Series Summary",
    "core.orm.types": (
        "BigId Choice Code Day Email Instant Json LongText Money Name Percent Phone Price Quantity Rate Url "
        "UtcDateTime is_confidential"
    ),
    "core.hookspecs": "hookspec",
    "core.plugins": "hookimpl",
    "core.security.role": "Grant Right Role Scope",
    "core.views.first_step": "FirstStep there_is",
    "core.views.live": "fill",
    "core.views.nodes": (
        "Board Calendar CountTile Form Group Lines List Menu MenuPage MenuSection Preset Related Shown Tab Tile Tree "
        "View"
    ),
    "core.views.place": "place",
    "core.workflow": "Step Workflow four_eyes signed",
}
#: Modules that are public as a whole.
_MODULES = {
    "bulk": "core.orm.bulk",
    "calling": "core.calling",
    "query": "core.orm.query",
    "series": "core.orm.series",
}
_HOMES = {name: module for module, names in _FACE.items() for name in names.split()}

__all__ = sorted({*_HOMES, *_MODULES})  # noqa: PLE0605 -- a sorted list of strings


def __getattr__(name: str) -> object:
    if name in _MODULES:
        return import_module(_MODULES[name])
    if name not in _HOMES:
        raise AttributeError(f"core has no public name {name!r}")
    return getattr(import_module(_HOMES[name]), name)
