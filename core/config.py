"""Settings of an installation: dovetail.toml of the site folder, then what its environment gives."""

from __future__ import annotations

import os
import re
import secrets
import tomllib
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from core.environment import variable
from core.errors import ConfigError
from core.i18n import _
from core.keyring import Keyring, new_key

ENVIRONMENT_PREFIX = "DOVETAIL_"
_AUDIT_KEYS = ENVIRONMENT_PREFIX + "AUDIT_KEYS"
_SECRET = ENVIRONMENT_PREFIX + "SECRET"
#: Parts that are shorter make no list: what holds them is one secret, as it was before there were lists.
_LISTED_CHARACTERS = 32
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
LOG_FORMATS = ("console", "json")
#: How the way to the mail server is kept secret: TLS begun by STARTTLS, TLS from the start, or not at all.
MAIL_SECURITIES = ("starttls", "tls", "none")
_MOST_PORT = 65_535


@dataclass(frozen=True)
class Settings:
    """One installation. `folder` holds the SQLite file, attachments, key file and lock of a site."""

    folder: Path
    #: SQLAlchemy URL; by default the SQLite file of the folder.
    database: str = ""
    addons: tuple[str, ...] = ()
    #: The language of the demonstration that the site was made with, which `dovetail run` keeps alive; "" without one.
    demonstration: str = ""
    #: Proxies whose X-Forwarded headers are believed.
    trusted_proxies: int = 0
    #: Cookies are sent over TLS alone; only a demo on loopback turns it off.
    secure_cookies: bool = True
    max_upload_mb: int = 25
    #: Whether a person without a second factor sees nothing before they set one up.
    require_second_factor: bool = False
    #: A file of the SHA-1 digests of leaked passwords, sorted, which nobody may choose; seen from the site's folder.
    breached_passwords: str = ""
    #: How long a session lasts however much it is used.
    session_hours: int = 12
    #: Calls a minute and process that are taken: of a user's pages, of a user's tokens, and of an address where nobody
    #: is signed in; 0 for any number.
    user_calls_per_minute: int = 1_800
    token_calls_per_minute: int = 6_000
    address_calls_per_minute: int = 600
    #: What the log of a server tells: one of LOG_LEVELS.
    log_level: str = "INFO"
    #: How it tells it: one of LOG_FORMATS.
    log_format: str = "console"
    #: Who shows it as a bearer token may see /metrics from another machine.
    metrics_token: str = ""
    #: The folder that back-ups go to, best on another disk; without one none is made by the clock.
    backups: str = ""
    #: Public keys (age1...) of those who can read the back-ups.
    backup_recipients: tuple[str, ...] = ()
    #: Hosts of the own network that may be called for what people set up on pages; webhooks go to no others there.
    inside_hosts: tuple[str, ...] = ()
    #: Whether partner systems and identity providers are there alone, too: so in sites that `dovetail init` made.
    only_inside_hosts: bool = False
    #: The server that e-mail is handed to; without one none is sent.
    mail_server: str = ""
    #: 587 is for STARTTLS, 465 for TLS from the start (RFC 8314).
    mail_port: int = 587
    #: One of MAIL_SECURITIES; "none" is for a server on this machine alone.
    mail_security: str = "starttls"
    #: Whom the mail server knows us as; "" where it asks nobody. The password is a secret (`mail_password`).
    mail_user: str = ""
    #: The sender: `erp@example.com`, or `Works North <erp@example.com>`.
    mail_from: str = ""
    #: Where people open the site, `https://erp.example.com`: e-mail leads to records by it; "" for mail without links.
    public_address: str = ""
    #: Of how many days, weeks and months the newest back-up is kept.
    backup_days: int = 7
    backup_weeks: int = 4
    backup_months: int = 12

    @property
    def url(self) -> str:
        if not self.database:
            return f"sqlite:///{self.folder / 'site.db'}"
        return self.database.replace("postgresql://", "postgresql+psycopg://", 1)

    @property
    def attachments(self) -> Path:
        return self.folder / "attachments"

    @property
    def breached(self) -> Path | None:
        """The list of leaked passwords; None where the site has none."""
        return self.folder / self.breached_passwords if self.breached_passwords else None

    @property
    def backup_folder(self) -> Path:
        """Where back-ups go that are asked for without a place."""
        return Path(self.backups) if self.backups else self.folder / "backups"

    def secrets(self) -> tuple[bytes, ...]:
        """The site's secrets, from DOVETAIL_SECRET (commas between) or its key file (lines; made at first use).

        The first encrypts and signs; the others read what they encrypted.
        """
        whole = variable(_SECRET) or _kept(self._secret_file, secrets.token_hex(32)).strip()
        parts = _parts(whole)
        is_list = len(parts) > 1 and all(len(part) >= _LISTED_CHARACTERS for part in parts)
        return tuple(part.encode() for part in (parts if is_list else [whole]))

    def add_secret(self) -> None:
        """Have a new secret encrypt and sign from the next start on; the others still read."""
        if variable(_SECRET):
            raise ConfigError(
                _("The secret comes from {name}: add a new one there, in front of it.", name=_SECRET)
            )
        known = b"\n".join(self.secrets()).decode()
        draft = self._secret_file.with_name(f"secret.{secrets.token_hex(4)}.key")
        _write_privately(draft, f"{secrets.token_hex(32)}\n{known}\n")
        draft.replace(self._secret_file)

    def audit_keys(self) -> Keyring:
        """The keys of the audit trail, from DOVETAIL_AUDIT_KEYS or a key file as the secret's; the last one signs."""
        given = variable(_AUDIT_KEYS)
        whole = given or _kept(self._audit_file, new_key().hex() + "\n")
        try:
            return Keyring([bytes.fromhex(key) for key in _parts(whole)])
        except (ValueError, StopIteration) as error:
            raise ConfigError(
                _("{file} holds no keys of the audit trail: each is 64 hexadecimal digits.",
                  file=_AUDIT_KEYS if given else self._audit_file)
            ) from error  # fmt: skip

    def add_audit_key(self) -> str:
        """Have a new key sign the audit trail from the next start on, and return its id; the others still verify."""
        if variable(_AUDIT_KEYS):
            raise ConfigError(
                _("The keys come from {name}: add a new one there, at the end.", name=_AUDIT_KEYS)
            )
        self.audit_keys()  # the first one is made by whoever asks first
        with self._audit_file.open("a") as file:
            file.write(new_key().hex() + "\n")
        return self.audit_keys().current

    def mail_password(self) -> GivenSecret:
        """What proves who we are to the mail server."""
        return given_secret(self.folder, "mail.password", "server")

    @property
    def _secret_file(self) -> Path:
        return self.folder / "secret.key"

    @property
    def _audit_file(self) -> Path:
        return self.folder / "audit.key"


def _parts(whole: str) -> list[str]:
    """What a secret holds, which may be several with commas or ends of lines between them."""
    return [part.strip() for part in re.split(r"[,\n]", whole) if part.strip()]


def _kept(file: Path, fresh: str) -> str:
    """What `file` holds; at first use it is made with `fresh`, whole and readable by its owner alone."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
        _write_privately(draft, fresh)
        try:
            with suppress(FileExistsError):  # another process was first: its content counts
                os.link(draft, file)
        finally:
            draft.unlink()
    return file.read_text()


def _write_privately(file: Path, text: str) -> None:
    """Make `file`, readable by its owner alone."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as content:
        content.write(text)


@dataclass(frozen=True)
class GivenSecret:
    """What another system gave us to prove who we are, "" without; and where it is looked for."""

    text: str
    variable: str
    #: Within the site's folder.
    file: str


def given_secret(folder: Path, kind: str, code: str) -> GivenSecret:
    """That of `kind`, as "oidc.secret": DOVETAIL_OIDC_SECRET_<CODE>, or oidc/<code>.secret of the site's folder."""
    area, _dot, suffix = kind.partition(".")
    ending = "".join(sign if sign.isalnum() else "_" for sign in f"{kind}_{code}".upper())
    name, file = ENVIRONMENT_PREFIX + ending, folder / area / f"{code.lower()}.{suffix}"
    text = variable(name) or ""
    if not text and file.is_file():
        text = file.read_text(encoding="utf-8").strip()
    return GivenSecret(text, name, f"{area}/{file.name}")


def read(folder: Path) -> Settings:
    """The settings in `folder`/dovetail.toml, each overridden by DOVETAIL_<NAME> in the environment."""
    file = folder / "dovetail.toml"
    settings = Settings(folder)
    known = {f.name: f.type for f in fields(Settings) if f.name != "folder"}
    for name, value in (_from_file(file) | _from_environment(known)).items():
        if name not in known:
            raise ConfigError(
                _(
                    "{file} sets {name}, which is no setting. There are: {known}.",
                    file=file,
                    name=name,
                    known=", ".join(known),
                )
            )
        given: dict[str, Any] = {name: _typed(name, str(known[name]), value)}  # Any: of the setting's type
        _require_sense(name, given[name])
        settings = replace(settings, **given)
    return settings


def write(settings: Settings) -> None:
    """Keep what differs from the defaults in the site folder's dovetail.toml."""
    settings.folder.mkdir(parents=True, exist_ok=True)
    default = Settings(settings.folder)
    lines = [
        f"{f.name} = {_toml(getattr(settings, f.name))}"
        for f in fields(Settings)
        if f.name != "folder" and getattr(settings, f.name) != getattr(default, f.name)
    ]
    (settings.folder / "dovetail.toml").write_text("\n".join(lines) + "\n")


def _from_file(file: Path) -> dict[str, object]:
    if not file.exists():
        return {}
    try:
        return dict(tomllib.loads(file.read_text()))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(_("{file} is not valid TOML: {error}", file=file, error=error)) from error


def _from_environment(known: dict[str, object]) -> dict[str, object]:
    values = {name: variable(ENVIRONMENT_PREFIX + name.upper()) for name in known}
    return {name: value for name, value in values.items() if value is not None}


def _typed(name: str, wanted: str, value: object) -> object:
    try:
        if wanted.startswith("tuple"):
            items = value.split(",") if isinstance(value, str) else list(value)  # type: ignore[call-overload]  # TOML array
            return tuple(str(item).strip() for item in items if str(item).strip())
        if wanted == "bool":
            return (
                value
                if isinstance(value, bool)
                else {"1": True, "true": True, "0": False, "false": False}[str(value).lower()]
            )
        return int(str(value)) if wanted == "int" else str(value)
    except (KeyError, ValueError, TypeError) as error:
        raise ConfigError(_("Setting {name} cannot be {value}.", name=name, value=value)) from error


def _require_sense(name: str, value: object) -> None:
    """Raise ConfigError for a value of the right type that means nothing."""
    if name == "session_hours" and int(str(value)) < 1:
        raise ConfigError(_("Setting {name} must be 1 or more, not {value}.", name=name, value=value))
    if name.endswith("_calls_per_minute") and int(str(value)) < 0:
        raise ConfigError(_("Setting {name} must be 0 or more, not {value}.", name=name, value=value))
    if name == "mail_port" and not 0 < int(str(value)) <= _MOST_PORT:
        raise ConfigError(_("Setting {name} cannot be {value}.", name=name, value=value))
    if name == "public_address" and value and not str(value).startswith(("https://", "http://")):
        raise ConfigError(_("Setting {name} begins with https:// or http://.", name=name))
    known = {"log_level": LOG_LEVELS, "log_format": LOG_FORMATS, "mail_security": MAIL_SECURITIES}.get(name)
    if known is not None and value not in known:
        names = ", ".join(known)
        raise ConfigError(
            _("Setting {name} cannot be {value}. There are: {known}.", name=name, value=value, known=names)
        )


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return "[" + ", ".join(f'"{item}"' for item in value) + "]"
    return (
        str(value)
        if isinstance(value, int)
        else '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'
    )
