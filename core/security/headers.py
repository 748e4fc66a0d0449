"""Headers that every answer has, of pages and of the event stream: what a browser may do with what it gets."""

from __future__ import annotations

DIRECTIVES = {
    "default-src": "'none'",
    "object-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "font-src": "'self'",
    "img-src": "'self' data: blob:",
    "connect-src": "'self'",
    "worker-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
POLICY = "; ".join(f"{name} {sources}" for name, sources in DIRECTIVES.items())

ONE_YEAR = 31_536_000
_ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=()",
}
_OVER_TLS = {**_ALWAYS, "Strict-Transport-Security": f"max-age={ONE_YEAR}; includeSubDomains"}


def headers(*, over_tls: bool) -> dict[str, str]:
    """What is said unless an answer says it itself."""
    return _OVER_TLS if over_tls else _ALWAYS
