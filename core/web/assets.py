"""Static files under one fingerprint, so that browsers keep them for good and never show an old one."""

from __future__ import annotations

import gzip
import mimetypes
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from flask import Response, abort, request

from core.security.headers import ONE_YEAR
from core.web.request import Unguarded

FOLDER = Path(__file__).parent / "static"
SERVED = FOLDER / "dist"
COMPRESSED = (".css", ".js", ".svg", ".json", ".txt")

blueprint = Unguarded("assets", __name__)


@dataclass(frozen=True)
class Asset:
    """A file as it is sent."""

    content: bytes
    zipped: bytes | None
    type: str


@cache
def fingerprint() -> str:
    """One for all files, so that what a style sheet names relative to itself has it too."""
    digest = sha256()
    for file in sorted(SERVED.rglob("*")):
        if file.is_file():
            digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:12]


def asset(path: str) -> str:
    """The address of a static file."""
    return f"/-/static/{fingerprint()}/{path}"


@cache
def _read(path: str) -> Asset | None:
    file = (FOLDER / path).resolve()
    if not file.is_relative_to(SERVED) or not file.is_file():
        return None
    content = file.read_bytes()
    zipped = gzip.compress(content, 9, mtime=0) if file.suffix in COMPRESSED else None
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return Asset(content, zipped, "text/javascript" if file.suffix == ".js" else kind)


@blueprint.get("/-/static/<version>/<path:path>")
def static_file(version: str, path: str) -> Response:
    found = _read(path)
    if found is None:
        abort(404)
    zip_it = found.zipped is not None and request.accept_encodings["gzip"] > 0
    response = Response(found.zipped if zip_it else found.content, mimetype=found.type)
    if zip_it:
        response.headers["Content-Encoding"] = "gzip"
    if found.zipped is not None:
        response.vary.add("Accept-Encoding")
    fresh = version == fingerprint()
    response.headers["Cache-Control"] = f"public, max-age={ONE_YEAR}, immutable" if fresh else "no-cache"
    return response
