"""Writing an e-mail about a record: proposed from a template and the record's partner, changed and sent by a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib.util import find_spec

from babel.dates import format_date
from flask import Blueprint, Response, request
from sqlalchemy import or_, select

from core import config, i18n
from core.base import Company, Contact, Party
from core.base.actions import attaching, mailing
from core.base.actions.mailing import Draft
from core.base.mail import address_of
from core.base.models.mail import GENERAL, MailTemplate
from core.base.rules.template import filled
from core.errors import Forbidden, NotFound, PlatformError, UserError, ValidationError
from core.formats.mailbox import Mailbox
from core.i18n import _
from core.orm.assign import visible_fields
from core.orm.env import Env, open_env
from core.orm.model import Model, model_name, model_named
from core.orm.seen import require_field
from core.web.crumbs import record_crumbs
from core.web.errors import note_of
from core.web.format import Reader, file_size, known_locale
from core.web.formfields import value_of
from core.web.formpage import Building, begin, load_titles
from core.web.parts import Action, Note, Page, Words
from core.web.printing import NO_PDF, attached
from core.web.record_parts import Fix, FormField
from core.web.request import UNPROCESSABLE, env, go, principal, reader, site
from core.web.templating import render
from core.web.urls import model_at, record_url, with_query

blueprint = Blueprint("mailing", __name__)

_LONGEST_SUBJECT = 200


@dataclass(frozen=True)
class Tick:
    """A file that may go along."""

    name: str
    value: str
    label: Words
    sub: Words = ""
    checked: bool = False


@dataclass(frozen=True)
class Written:
    """What stands in the form."""

    recipients: str = ""
    copies: str = ""
    subject: str = ""
    body: str = ""
    document: bool = False
    files: frozenset[int] = frozenset()
    #: The template that it began with, by id; its language is that of the document.
    template: str = ""
    hint: Words = ""


@dataclass(frozen=True)
class MailPage:
    """What mail.html.jinja shows."""

    url: str
    back_url: str
    fields: Sequence[FormField]
    ticks: Sequence[Tick]
    #: The templates for records like this one, and what the chosen one is called.
    templates: Sequence[Action] = ()
    template: Words = ""
    template_id: str = ""
    #: Others whom it may go to. It stands there always: what comes and goes with the focus would move the button away.
    hint: Words = ""
    notes: Sequence[Note] = field(default_factory=list)


@dataclass(frozen=True)
class PreviewPage:
    """What mail_preview.html.jinja shows."""

    subject: str
    body: str
    about: Words
    back_url: str


@blueprint.get("/m/<name>/<int:record_id>/-/mail")
def write(name: str, record_id: int) -> Response:
    """The form, filled in from the template that fits best or that the address names."""
    record = _record(name, record_id)
    templates = templates_for(env(), record)
    chosen = _template(templates, request.args.get("template", ""))
    try:
        said, notes = proposed(env(), record, chosen), []
    except PlatformError as error:  # the template inserts what this person does not see
        said, notes = proposed(env(), record, None), [note_of(error)]
    return _page(record, said, templates, chosen, notes=notes)


@blueprint.post("/m/<name>/<int:record_id>/-/mail")
def send(name: str, record_id: int) -> Response:
    """Send it; the PDF is made in a transaction of its own, so that nobody who writes waits for it."""
    form = request.form
    said = Written(
        form.get("recipients", ""), form.get("copies", ""), form.get("subject", ""), form.get("body", ""),
        form.get("document") == "1", frozenset(int(i) for i in form.getlist("files") if i.isdecimal()),
        form.get("template", ""),
    )  # fmt: skip
    try:
        made = [_document(name, record_id, said.template)] if said.document else []
        record = _record(name, record_id)
        draft = Draft(said.recipients, said.subject, said.body, said.copies, sorted(said.files), made)
        with env().savepoint():
            mailing.send_mail(env(), record, draft)
    except ValidationError as error:
        record = _record(name, record_id)
        templates = templates_for(env(), record)
        chosen = _template(templates, said.template or "0")
        return _page(record, said, templates, chosen, error.fields, status=UNPROCESSABLE)
    return go(record_url(type(record), record.id), full=True)


@blueprint.get("/-/mail/preview")
def preview() -> Response:
    """What a template says of the newest record that the person sees; nothing is sent."""
    asked = select(MailTemplate).order_by(MailTemplate.id.desc()).limit(1)
    if request.args.get("mail_template", "").isdecimal():
        asked = asked.where(MailTemplate.id == int(request.args["mail_template"]))
    template = env().session.scalar(asked)
    model = model_named(template.model) if template is not None else None
    if template is None or model is None:
        raise NotFound(_("There is no such template."))
    record = env().session.scalar(select(model).order_by(model.id.desc()).limit(1))
    if record is None:
        raise UserError(_("There are no {models} yet that it could be shown with.", models=model.plural))
    subject, body = _inserted(env(), record, template)
    crumbs = record_crumbs(template, _("Preview"))
    about = _("With {record}", record=record.label)
    page = PreviewPage(subject, body, about, record_url(MailTemplate, template.id))
    return render("mail_preview.html.jinja", Page(_("Preview"), template.name, crumbs), preview=page)


def templates_for(at: Env, record: Model) -> list[MailTemplate]:
    """The active templates for records of this kind, those in the partner's language first, then in the person's."""
    asked = select(MailTemplate).where(MailTemplate.model == model_name(type(record)), MailTemplate.active)
    party = _partner(_building(at, record))
    wanted = [party.locale or "" if party is not None else "", at.principal.locale]
    speech = [locale.partition("_")[0] for locale in wanted]
    mine = or_(
        MailTemplate.company_id == getattr(record, "company_id", None), MailTemplate.company_id.is_(None)
    )
    found = at.session.scalars(asked.where(mine).order_by(MailTemplate.name, MailTemplate.id))
    return sorted(found, key=lambda t: [t.language.partition("_")[0] != language for language in speech])


def proposed(at: Env, record: Model, template: MailTemplate | None) -> Written:
    """What the form begins with. Raises NotFound where the template inserts a field that the person does not see."""
    boxes = list(_addresses(_building(at, record)))
    to = str(boxes[0]) if boxes else ""
    others = ", ".join(str(box) for box in boxes[1:4])
    hint = _("Other contacts: {addresses}", addresses=others) if others else ""
    if template is None:
        subject, body = f"{type(record).singular} {record.label}"[:_LONGEST_SUBJECT], ""
    else:
        subject, body = _inserted(at, record, template)
    return Written(to, "", subject, body, document=template is not None and _makes_pdf(), hint=hint)


def _inserted(at: Env, record: Model, template: MailTemplate) -> tuple[str, str]:
    """Subject and text with the values that the person sees, in the template's language."""
    with i18n.speaking(template.language):
        page = begin(at, Reader(template.language, at.principal.zone), record, editing=False)
        load_titles(page)
        word = partial(_word, page)
        subject = " ".join(filled(template.subject, word).split())
        return subject[:_LONGEST_SUBJECT], filled(template.body, word)


def _word(page: Building, name: str) -> str:
    if name in GENERAL:
        return _general(page, name)
    found = require_field(page.model, visible_fields(page.env, page.model), name)
    value = found.get(page.record)
    if found.is_day and value is not None:
        return str(format_date(value, "medium", locale=known_locale(page.reader.locale)))
    shown = value_of(page.shown, found, page.record, value)
    return " ".join(part for part in (shown.text, shown.currency or shown.unit) if part)


def _general(page: Building, name: str) -> str:
    if name == "record.label":
        return page.record.label
    if name == "user.name":
        return page.env.principal.name
    if name == "company.name":
        company = page.env.session.get(Company, page.env.company_id) if page.env.company_id else None
        return company.name if company is not None else ""
    return address_of(config.read(page.env.site.folder).public_address, page.model, page.record.id)


def _addresses(page: Building) -> Iterator[Mailbox]:
    """The record's own address of e-mail, else those of its partner's contacts."""
    seen = visible_fields(page.env, page.model)
    own = next((f for f in seen.values() if f.widget == "email" and f.get(page.record)), None)
    if own is not None:
        yield Mailbox(str(own.get(page.record)))
        return
    party = _partner(page)
    if party is not None and page.env.site.access.may(page.env.principal, "read", Party):
        asked = select(Contact.name, Contact.email).where(
            Contact.party_id == party.id, Contact.email.is_not(None)
        )
        for name, address in page.env.session.execute(asked.order_by(Contact.id)):
            yield Mailbox(address or "", name)


def _partner(page: Building) -> Party | None:
    """Whom the record is about: what stands under its title, else the first partner that it refers to."""
    if isinstance(page.record, Party):
        return page.record
    seen = visible_fields(page.env, page.model)
    first = page.view.written.subtitle
    named = [seen.get(str(first.key)) if first is not None else None, *seen.values()]
    for found in named:
        if found is not None and found.target is Party and found.get(page.record):
            return page.env.session.get(Party, int(str(found.get(page.record))))
    return None


def _record(name: str, record_id: int) -> Model:
    """The record, for who may send e-mail about it."""
    model = model_at(name)
    record = env().get(model, record_id)
    if not mailing.may_send(env()) or not env().site.access.may(principal(), "read", model):
        raise Forbidden(_("Your roles do not let you send e-mail about {record}.", record=record.label))
    return record


def _building(at: Env, record: Model) -> Building:
    return begin(at, reader(), record, editing=False)


def _template(templates: Sequence[MailTemplate], asked: str) -> MailTemplate | None:
    """The one that the address names; none for "0"; the first where it names none."""
    if asked == "0":
        return None
    named = next((template for template in templates if str(template.id) == asked), None)
    return named or next(iter(templates), None)


def _document(name: str, record_id: int, template_id: str) -> tuple[str, bytes]:
    """The record as PDF, in the language of the template if it began with one."""
    with open_env(site(), principal()) as at:
        record = at.get(model_at(name), record_id)
        template = _template(templates_for(at, record), template_id or "0")
        language = template.language if template is not None else principal().locale
        with i18n.speaking(language):
            found = attached(at, Reader(language, principal().zone), record)
    if found is None:
        raise ValidationError({"files": NO_PDF})
    return found


def _makes_pdf() -> bool:
    return find_spec("weasyprint") is not None


def _page(
    record: Model,
    said: Written,
    templates: Sequence[MailTemplate],
    chosen: MailTemplate | None,
    errors: Mapping[str, object] | None = None,
    *,
    notes: Sequence[Note] = (),
    status: int = 200,
) -> Response:
    wrong = dict(errors or {})
    problem = mailing.problem(env())
    told = [*notes, *([Note(problem, "warn")] if problem else [])]
    told += [Note(str(wrong["files"]), "bad")] if "files" in wrong else []
    url = f"{record_url(type(record), record.id)}/-/mail"
    page = MailPage(
        url, record_url(type(record), record.id), list(_fields(said, wrong)), _ticks(record, said),
        _switches(url, templates) if templates else (), chosen.name if chosen is not None else _("Template"),
        str(chosen.id) if chosen is not None else "", said.hint, told,
    )  # fmt: skip
    head = Page(_("Send e-mail"), record.label, record_crumbs(record, _("E-mail")))
    return render("mail.html.jinja", head, status, mail=page)


def _switches(url: str, templates: Sequence[MailTemplate]) -> list[Action]:
    named = [
        Action(
            f"{t.name} ({t.language})", with_query(url, [("template", str(t.id))]), "file-text", dialog=True
        )
        for t in templates
    ]
    return [*named, Action(_("Without a template"), with_query(url, [("template", "0")]), "x", dialog=True)]


def _fields(said: Written, errors: Mapping[str, object]) -> Iterator[FormField]:
    def error_of(name: str) -> Fix | None:
        return Fix(str(errors[name])) if name in errors else None

    yield FormField(
        "recipients", _("To"), raw=said.recipients, required=True, error=error_of("recipients"),
        autofocus=not said.recipients, placeholder="name@example.com",
    )  # fmt: skip
    yield FormField("copies", _("Copy to"), raw=said.copies, error=error_of("copies"))
    yield FormField(
        "subject", _("Subject"), raw=said.subject, required=True, maxlength=_LONGEST_SUBJECT, error=error_of("subject"),
    )  # fmt: skip
    yield FormField(
        "body", _("Text"), widget="textarea", raw=said.body, rows=12, required=True, error=error_of("body"),
        autofocus=bool(said.recipients),
    )  # fmt: skip


def _ticks(record: Model, said: Written) -> list[Tick]:
    found = []
    if _makes_pdf():
        label = _("{model} {record} as PDF", model=type(record).singular, record=record.label)
        found.append(Tick("document", "1", label, checked=said.document))
    return [
        *found,
        *(
            Tick(
                "files", str(file.id), file.name, file_size(reader(), file.size_bytes), file.id in said.files
            )
            for file, *_earlier in attaching.versions(attaching.files(env(), record))
        ),
    ]
