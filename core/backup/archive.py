"""The one file of a back-up: a tar of its files, compressed, and encrypted with age for whoever holds the key."""

from __future__ import annotations

import hashlib
import os
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from core.backup import manifest
from core.backup.manifest import Manifest
from core.errors import UserError
from core.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterator

PLAIN, ENCRYPTED = ".tar.gz", ".tar.gz.age"
#: Little slower than a copy, and half as large.
_LEVEL = 3
#: A back-up's manifest is read whole; it has a line for each table and file.
_MOST_MANIFEST = 1 << 28


def pack(file: Path, made: Manifest, members: Mapping[str, Path], recipients: Sequence[str]) -> None:
    """Write the archive to `file`, which appears whole or not at all; readable for `recipients` alone, if any."""
    draft = file.with_name(f".{file.name}.part")
    try:
        _write_tar(draft, made, members)
        if recipients:
            _encrypt(draft, recipients)
        draft.chmod(0o600)
        _to_disk(draft)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)


def unpack(file: Path, folder: Path, identity: str = "") -> Manifest:
    """Put the members into the empty `folder`, each checked against its checksum, and return the manifest.

    `identity` is the key (AGE-SECRET-KEY-1...) of an encrypted one. Raises UserError for what is damaged, misses
    something or holds what its manifest does not name.
    """
    plain = folder / ".plain"
    source = file
    if file.name.endswith(".age"):
        _decrypt(file, plain, identity)
        source = plain
    try:
        with tarfile.open(source, "r:gz") as tar:
            made = _extract(tar, folder)
    except (tarfile.TarError, EOFError, OSError) as error:
        raise UserError(_("{file} is damaged or no back-up: {why}", file=file.name, why=error)) from error
    finally:
        plain.unlink(missing_ok=True)
    return made


def checksum(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def new_key() -> tuple[str, str]:
    """An identity to keep away from the site, and the recipient it is for."""
    age = _age()
    identity = age.x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def _write_tar(file: Path, made: Manifest, members: Mapping[str, Path]) -> None:
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as raw, tarfile.open(fileobj=raw, mode="w:gz", compresslevel=_LEVEL) as tar:
        listed = file.with_name(f"{file.name}.manifest")
        try:
            listed.write_text(made.to_json(), encoding="utf-8")
            tar.add(listed, manifest.NAME, recursive=False, filter=_nobody)
        finally:
            listed.unlink(missing_ok=True)
        for name, path in members.items():
            tar.add(path, name, recursive=False, filter=_nobody)


def _nobody(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Who owned a file on one machine means nothing on the next."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member


def _extract(tar: tarfile.TarFile, folder: Path) -> Manifest:
    first = tar.next()
    content = tar.extractfile(first) if first is not None and first.name == manifest.NAME else None
    if content is None:
        raise UserError(_("The file is no back-up: its manifest cannot be read."))
    made = Manifest.from_json(content.read(_MOST_MANIFEST))
    for member in _members(tar):
        if member.name not in made.files or not member.isfile() or not _is_inside(member.name):
            raise UserError(
                _("The back-up holds {name}, which its manifest does not name.", name=member.name)
            )
        tar.extract(member, folder, filter="data")
    for name, expected in made.files.items():
        if not (folder / name).is_file() or checksum(folder / name) != expected:
            raise UserError(
                _("The back-up is damaged: {name} is missing or not what was written.", name=name)
            )
    return made


def _members(tar: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    while (member := tar.next()) is not None:
        yield member


def _is_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts


def _encrypt(file: Path, recipients: Sequence[str]) -> None:
    age = _age()
    try:
        keys = [age.x25519.Recipient.from_str(each) for each in recipients]
    except age.RecipientError as error:
        raise UserError(_("A recipient of back-ups looks like age1...: {why}", why=error)) from error
    sealed = file.with_name(f"{file.name}.age")
    age.encrypt_file(str(file), str(sealed), keys)
    sealed.replace(file)


def _decrypt(file: Path, plain: Path, identity: str) -> None:
    age = _age()
    if not identity:
        raise UserError(_("{file} is encrypted: name the file of its key with --identity.", file=file.name))
    try:
        key = age.x25519.Identity.from_str(identity)
        plain.touch(0o600)
        age.decrypt_file(str(file), str(plain), [key])
    except (age.IdentityError, age.DecryptError) as error:
        raise UserError(
            _("{file} cannot be decrypted with this key: {why}", file=file.name, why=error)
        ) from error


def _to_disk(file: Path) -> None:
    handle = os.open(file, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _age() -> Any:  # Any: the library has no types
    import pyrage  # noqa: PLC0415 -- for encrypted back-ups alone

    return pyrage
