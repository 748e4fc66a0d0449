"""Electronic signatures (21 CFR Part 11): who signed which version of a record, when, and what it means.

A signature is written as the last thing before the commit, over the record as it stands then. Its values stand in the
audit trail too, which is sealed: a signature that somebody altered, deleted or put under another record is found there.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from sqlalchemy import event, select
from sqlalchemy.orm import Mapped, SessionTransaction, mapped_column

from core import clock
from core.errors import Conflict, UserError
from core.i18n import Text, _
from core.orm.catalog import children_of, fields_of
from core.orm.field import field, index, link, reference
from core.orm.gate import GateSession
from core.orm.guards import append_only
from core.orm.model import Model, SharedByCompanies, model_name, model_named
from core.orm.plan import plan_of
from core.orm.rowset import among
from core.orm.sequence import savepoints
from core.orm.types import BigId, Choice, Code, Instant, LongText, Name
from core.security.account import User

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.orm.field import FieldInfo

#: Names of fields by the name of their model: what a signature covers.
Covered = Mapping[str, Sequence[str]]
#: The id of a record of the model that stands beside it.
RecordId = Annotated[int, mapped_column(BigId)]

_PROOF, _WAITING = "proof", "unsigned"
_encode = json.JSONEncoder(default=str, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode


class SignatureNeeded(UserError):
    """The step is signed: whoever takes it gives their password again, for the record as they have seen it."""

    code = "signature_needed"
    status = 403

    def __init__(self, message: object = None, meaning: Text | str = "") -> None:
        super().__init__(message)
        #: What the signature would mean.
        self.meaning = meaning


class Validity(Choice):
    """What a signature says about its record as it is now."""

    CURRENT = "current", _("Unchanged since then")
    EARLIER = "earlier", _("Of an earlier version")
    UNVERIFIED = "unverified", _("Not verifiable")


class Signature(SharedByCompanies, Model):
    """That somebody signed a version of a record: name, moment and meaning (21 CFR 11.50), linked to it (11.70)."""

    __tablename__ = "base_signature"
    singular = _("Signature")
    plural = _("Signatures")

    model: Mapped[Name] = field(_("Model"), readonly=True, track=True, sort=True)
    record_id: Mapped[RecordId] = field(_("Record"), readonly=True, track=True)
    #: In which version the signed record was kept.
    record_version: Mapped[int] = field(_("Version"), readonly=True, track=True)
    signer_id: Mapped[int] = reference(User, _("Signer"), readonly=True, track=True)
    signer: Mapped[User] = link(signer_id)
    printed_name: Mapped[Name] = field(
        _("Printed name"), readonly=True, track=True, title=True, search=True,
        help=_("The signer's name when the record was signed."),
    )  # fmt: skip
    #: In the words that the signer read.
    meaning: Mapped[Name] = field(_("Meaning"), readonly=True, track=True, title=True, search=True)
    signed_at: Mapped[Instant] = field(_("Signed at"), readonly=True, track=True, sort=True)
    #: What the signer gave: login, password, code; or passkey.
    components: Mapped[Name] = field(_("Proof"), readonly=True, track=True)
    #: HMAC-SHA256 over record, version and content, by the key `key` of the audit trail's ring.
    digest: Mapped[Code] = field(_("Digest"), readonly=True, track=True, listed=False)
    key: Mapped[Code] = field(_("Key"), readonly=True, track=True, listed=False)
    #: As JSON text: what a later version of an addon adds to the record was not signed.
    covered: Mapped[LongText] = field(_("Fields covered"), readonly=True, track=True, listed=False)

    __table_args__ = (index("model", "record_id"),)


append_only(Signature, _("Signatures are never changed or deleted. Nothing has changed."))


@dataclass(frozen=True)
class SigningProof:
    """That a person has just proved who they are, and which records they saw when they did."""

    user_id: int
    #: What they gave: login, password, code; or passkey.
    components: tuple[str, ...]
    #: Names of models with id and version of each record.
    seen: frozenset[tuple[str, int, int]] = frozenset()

    def models(self) -> dict[str, dict[int, int]]:
        """The versions seen, by the records' ids, by their model's name."""
        found: dict[str, dict[int, int]] = defaultdict(dict)
        for model, record_id, version in self.seen:
            found[model][record_id] = version
        return found


def present(env: Env, proof: SigningProof | None) -> None:
    """Have the person of `env`, and nobody who acts in their name, sign with `proof` in this transaction."""
    if proof is None or proof.user_id != env.user_id:
        return
    versions: dict[tuple[str, int], bool] = {}
    for name, seen in proof.models().items():
        model = model_named(name)
        if model is not None:
            asked = select(model.id, model.version).where(among(model.id, sorted(seen), env.dialect))
            versions |= {(name, row.id): row.version == seen[row.id] for row in env.session.execute(asked)}
    env.session.info[_PROOF] = _Presented(proof, versions)


@dataclass(frozen=True)
class _Presented:
    proof: SigningProof
    #: Whether a record, by model and id, is as the signer saw it; of others they saw nothing.
    is_as_seen: Mapping[tuple[str, int], bool]

    def require(self, record: Model) -> None:
        as_seen = self.is_as_seen.get((model_name(type(record)), record.id))
        if as_seen is None:
            raise SignatureNeeded(
                _("{record} was not among what you signed. Nothing has changed.", record=record.label)
            )
        if not as_seen:
            raise Conflict(
                _("{record} was changed after you read it, so that it was not signed. Read it again.",
                  record=record.label), [record.id],
            )  # fmt: skip


def sign(env: Env, record: Model, meaning: Text | str, *, besides: Collection[str] = ()) -> None:
    """Sign `record` as it will be at the end of the transaction, without its own fields `besides`.

    Raises SignatureNeeded without a proof of the person, and for the system, which has no hand to sign with.
    """
    presented: _Presented | None = env.session.info.get(_PROOF)
    if presented is None:
        raise SignatureNeeded(
            _(
                "{record} has to be signed: “{meaning}”. Nothing has changed.",
                record=record.label,
                meaning=meaning,
            ),
            meaning,
        )
    presented.require(record)
    waiting = env.session.info.setdefault(_WAITING, [])
    env.last(f"signatures {id(env.session)}", lambda: _write(env, presented.proof))
    waiting.append(_Waiting(record, str(meaning), frozenset(besides), savepoints(env.session)))


def validity(env: Env, signature: Signature) -> Validity:
    """What a signature says about its record as it is now; `env` is the system's."""
    covered: Covered = json.loads(signature.covered)
    model = model_named(signature.model)
    if model is None or signature.key not in env.site.keys:
        return Validity.UNVERIFIED
    record = env.session.get(model, signature.record_id)
    try:
        found = (
            None if record is None else _digest(env, signature.key, record, signature.record_version, covered)
        )
    except KeyError:  # an addon whose fields were signed is not loaded any more
        return Validity.UNVERIFIED
    return Validity.CURRENT if found == signature.digest else Validity.EARLIER


@dataclass(frozen=True)
class _Waiting:
    """A record that is signed at the end."""

    record: Model
    meaning: str
    besides: frozenset[str]
    #: The savepoints it was signed in: with any of them rolled back it is not signed.
    savepoints: frozenset[SessionTransaction]


def _write(env: Env, proof: SigningProof) -> None:
    """Write the signatures of what is kept; after the numbers, which are part of what was signed."""
    waiting: list[_Waiting] = env.session.info.pop(_WAITING, [])
    signed = [(type(each.record), each.record.id, each) for each in waiting]
    with env.as_system() as system:
        made = [_made(system, system.get(model, record_id), each, proof) for model, record_id, each in signed]
    with env.acting_as("base"):
        env.add(*made)
        env.flush()


def _made(system: Env, record: Model, asked: _Waiting, proof: SigningProof) -> Signature:
    covered, key = _covered(type(record), asked.besides), system.site.keys.current
    return Signature(
        model=model_name(type(record)), record_id=record.id, record_version=record.version,
        company_id=getattr(record, "company_id", None), signer_id=proof.user_id,
        printed_name=system.get(User, proof.user_id).name, meaning=asked.meaning, signed_at=clock.now(),
        components=", ".join(proof.components), key=key, covered=_encode(covered),
        digest=_digest(system, key, record, record.version, covered),
    )  # fmt: skip


def _covered(model: type[Model], besides: Collection[str] = ()) -> dict[str, list[str]]:
    """What people give of a record and its lines, and what actions set and the trail keeps; sums follow from these."""
    found = {
        model_name(model): [
            n for n, f in fields_of(model).items() if n not in besides and _is_content(f.info)
        ]
    }
    for children in children_of(model).values():
        found |= _covered(children.target)
    return found


def _is_content(info: FieldInfo) -> bool:
    return info.track or not info.readonly


def _digest(env: Env, key: str, record: Model, version: int, covered: Covered) -> str:
    return env.site.keys.sign(key, _encode([model_name(type(record)), version, _content(record, covered)]))


def _content(record: Model, covered: Covered) -> dict[str, Any]:  # Any: what JSON can say
    """The covered values of a record and of its lines; raises KeyError for a field that is not there any more."""
    model = type(record)
    fields, plan = fields_of(model), plan_of(model).by_name
    values = {name: plan[name].plain(fields[name].get(record)) for name in covered[model_name(model)]}
    return {"id": record.id, "values": values, "lines": list(_lines(record, covered))}


def _lines(record: Model, covered: Covered) -> Iterator[dict[str, Any]]:  # Any: as above
    for name, children in children_of(type(record)).items():
        if model_name(children.target) in covered:
            parts = sorted(getattr(record, name), key=lambda part: part.id)
            yield {name: [_content(part, covered) for part in parts]}


@event.listens_for(GateSession, "after_soft_rollback")
def _forget(session: GateSession, transaction: SessionTransaction) -> None:
    """What was signed within a savepoint is taken back with it."""
    waiting: list[_Waiting] = session.info.get(_WAITING, [])
    waiting[:] = [each for each in waiting if transaction not in each.savepoints]
