"""A browser without scripts: it keeps cookies, reads forms as they stand and sends them back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from lxml import html
from lxml.html import HtmlElement
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass
class Browsed:
    """A page as it came."""

    response: TestResponse

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def html(self) -> str:
        return self.response.get_data(as_text=True)

    @property
    def text(self) -> str:
        """The words of the page, runs of white space as one."""
        return " ".join(self.tree.text_content().split())

    @property
    def tree(self) -> HtmlElement:
        return html.fromstring(self.html)

    @property
    def json(self) -> Any:  # Any: JSON
        return self.response.get_json()

    @property
    def goes_to(self) -> str:
        """Where the answer sends the browser; "" when it is a page."""
        return self.response.headers.get("Location", "") or self.response.headers.get("HX-Redirect", "")

    def words(self, selector: str) -> list[str]:
        """The words of every element that `selector` (an XPath) finds."""
        return [" ".join(found.text_content().split()) for found in self.tree.xpath(selector)]

    def form(self, form_id: str = "dt-edit") -> MultiDict[str, str]:
        """What the form would send if it were sent as it stands."""
        return MultiDict(_entries(self.tree.get_element_by_id(form_id)))

    def form_of(self, selector: str) -> MultiDict[str, str]:
        """What the first form that `selector` (an XPath) finds would send."""
        return MultiDict(_entries(self.tree.xpath(selector)[0]))

    def error_at(self, name: str) -> str:
        """The message at a field, "" when there is none."""
        found = self.tree.xpath(f'//*[@id="{name}-msg" and not(@hidden)]')
        return " ".join(found[0].text_content().split()) if found else ""


class Browser:
    """One person's browser, signed in."""

    def __init__(self, client: FlaskClient) -> None:
        self._client = client
        self._token = ""

    def get(self, url: str, /, **headers: str) -> Browsed:
        return Browsed(self._client.get(url, headers=headers, buffered=True))

    def post(
        self,
        url: str,
        data: Mapping[str, object] | None = None,
        /,
        *,
        token: str | None = None,
        **headers: str,
    ) -> Browsed:
        """Send a form with the token of a page of ours, or with `token`."""
        sent = MultiDict(data or {})
        sent["csrf_token"] = self.token if token is None else token
        answer = self._client.post(url, data=sent, headers=headers, buffered=True)
        answer.request.environ["wsgi.input"].close()  # a large body lies in a file
        return Browsed(answer)

    @property
    def token(self) -> str:
        if not self._token:
            found = TOKEN.search(self._client.get("/-/sign-in", follow_redirects=True).get_data(as_text=True))
            assert found is not None
            self._token = found.group(1)
        return self._token


def _entries(form: HtmlElement) -> Iterator[tuple[str, str]]:
    for element in form.iter("input", "select", "textarea", "button"):
        name = element.get("name")
        if name and not _is_left_out(element):
            yield name, _value(element)


def _is_left_out(element: HtmlElement) -> bool:
    if element.tag == "button" or element.get("disabled") is not None:
        return True
    if any(above.tag == "template" for above in element.iterancestors()):
        return True
    return element.get("type") in ("checkbox", "radio") and element.get("checked") is None


def _value(element: HtmlElement) -> str:
    if element.tag == "textarea":
        return element.text or ""
    if element.tag == "select":
        chosen = [
            option.get("value", "") for option in element.iter("option") if option.get("selected") is not None
        ]
        return chosen[0] if chosen else ""
    return element.get("value") or ""
