"""What the fixtures give, as types: apart from them, so that a conftest may import it before they are registered."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from core import clock
from core.orm.env import Env
from core.orm.model import Model

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from playwright.sync_api import Page

    from core.testing.observing import Statements
    from core.testing.rest import Rest

M = TypeVar("M", bound=Model)


class Make(Protocol):
    """The fixture `make`."""

    def __call__(self, model: type[M], /, **values: Any) -> M: ...  # Any: as the fields are typed


class AsUser(Protocol):
    """The fixture `as_user`."""

    def __call__(self, *roles: str, company_id: int | None = None) -> Env: ...


class Client(Protocol):
    """The fixture `client`."""

    def __call__(self, *roles: str, locale: str = "en") -> FlaskClient: ...


class RestClient(Protocol):
    """The fixture `rest`."""

    def __call__(self, *roles: str, scopes: tuple[str, ...] = (), company_id: int | None = None) -> Rest: ...


class Browser(Protocol):
    """The fixture `browser`."""

    def __call__(self, *roles: str, width: int = 1440, theme: str = "light", locale: str = "en") -> Page: ...


class QueryBudget(Protocol):
    """The fixture `query_budget`."""

    def __call__(self, most: int) -> AbstractContextManager[Statements]: ...


class HeldClock:
    """The clock of a test: it stands still where it is set."""

    def __init__(self) -> None:
        self._held: AbstractContextManager[None] | None = None

    def set(self, at: datetime) -> None:
        """Hold the clock at `at`, an aware instant."""
        self.release()
        self._held = clock.held(at)
        self._held.__enter__()

    def now(self) -> datetime:
        """What it shows."""
        return clock.now()

    def release(self) -> None:
        """Let the clock run."""
        if self._held is not None:
            self._held.__exit__(None, None, None)
            self._held = None
