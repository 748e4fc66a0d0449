"""What stands round every page: navigation by what the person may read, companies, preferences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask import request

from core.i18n import _, language, plural
from core.orm.model import Model
from core.views.nodes import MenuPage
from core.web.format import initials
from core.web.parts import Page, Switch, Words
from core.web.request import principal, reading, site, views, visitor
from core.web.saved_views import favourites
from core.web.shell_parts import Inbox, MenuEntry, MenuGroup, Shell, UserMark
from core.web.toasts import toast
from core.web.urls import list_url, new_url

RIGHT_TO_LEFT = ("ar", "fa", "he", "ur")


def shell_for(page: Page) -> Shell:
    """The shell of `page` for the person of this request."""
    who = visitor()
    person = who.principal
    here = request.path
    return Shell(
        lang=language(),
        dir="rtl" if language() in RIGHT_TO_LEFT else "ltr",
        theme=who.preference("theme", "auto"),
        density=who.preference("density", "compact"),
        single_keys=who.preference("single_keys", "1") == "1",
        folded=who.preference("folded", "0") == "1",
        company=who.companies.get(person.company_id or 0, ""),
        site=_site_words(who.plants.get(person.company_id or 0, ())),
        sites=list(_companies()),
        user=UserMark(person.user_id or 0, person.name, initials(person.name)),
        top=[
            MenuEntry(_("Home"), "/", "home", current=here == "/"),
            MenuEntry(
                _("Inbox"), "/-/inbox", "inbox", count=str(who.waiting or ""), current=here == "/-/inbox"
            ),
            *_favourites(),
        ],
        inbox=Inbox("/-/inbox", who.waiting),
        position=who.position if who.is_signed_in else None,
        go={letter: place.url for letter, place in letters().items()},
        groups=list(_groups(here)),
        new_url=_new_url(here),
        toast=toast(),
    )


def _favourites() -> list[MenuEntry]:
    """Saved views that the person keeps at hand."""
    if not visitor().is_signed_in:
        return []
    here = request.full_path.rstrip("?")
    with reading() as at:
        return list(favourites(at, here))


def letters() -> dict[str, Switch]:
    """Where `G` and then a letter leads: home, inbox, and each entry by the first letter that is free."""
    may, person = site().access.may, principal()
    found = {"h": Switch(_("Home"), "/"), "i": Switch(_("Inbox"), "/-/inbox")}
    for _section, entries in views().menu():
        for entry, model in entries:
            free = (c for c in str(entry.label).casefold() if c.isascii() and c.isalpha() and c not in found)
            letter = next(free, "") if may(person, "read", model) else ""
            if letter:
                found[letter] = Switch(entry.label, list_url(model))
    return found


def may_read(model: type[Model]) -> bool:
    return site().access.may(principal(), "read", model)


def pages_of(section: str) -> Iterator[MenuPage]:
    """The pages of addons in a section of the navigation that the person may use."""
    for page in views().pages:
        if page.section == section and page.is_for(site().access, principal()):
            yield page


def _site_words(plants: Sequence[str]) -> Words:
    """The plant of the company, or how many it has: nobody works in one of them alone."""
    if len(plants) <= 1:
        return "".join(plants)
    return plural("{count} site", "{count} sites", len(plants))


def _companies() -> Iterator[Switch]:
    who = visitor()
    for company_id, name in sorted(who.companies.items(), key=lambda entry: entry[1]):
        yield Switch(name, f"/-/company/{company_id}", current=company_id == who.principal.company_id)


def _groups(here: str) -> Iterator[MenuGroup]:
    for section, entries in views().menu():
        shown = [
            (
                entry.order,
                MenuEntry(entry.label, list_url(model), entry.icon, current=_is_below(here, list_url(model))),
            )
            for entry, model in entries
            if may_read(model)
        ]
        pages = list(pages_of(section.name))
        above = [page for page in pages if _is_below(here, page.url)]
        nearest = max(above, key=lambda page: len(page.url), default=None)
        shown += [
            (page.order, MenuEntry(page.label, page.url, page.icon, current=page is nearest))
            for page in pages
        ]
        if shown:
            yield MenuGroup(
                section.label, [entry for _order, entry in sorted(shown, key=lambda each: each[0])]
            )


def _is_below(here: str, url: str) -> bool:
    return here == url or here.startswith(url + "/")


def _new_url(here: str) -> str:
    """Where `N` leads on a page of a model whose records the person may make."""
    for _section, entries in views().menu():
        for _entry, model in entries:
            if _is_below(here, list_url(model)):
                return new_url(model) if site().access.may(principal(), "create", model) else ""
    return ""
