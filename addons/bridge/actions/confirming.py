"""The effect of a confirmation: who sent the message hears of it."""

from __future__ import annotations

from addons.bridge.actions.telling import kind_of
from addons.bridge.messages import plain
from addons.bridge.messages.message import ConfirmBOD
from core import Env, Message, handles


@handles(kind_of(ConfirmBOD))
def be_confirmed(env: Env, message: Message) -> None:
    answer = plain.from_plain(ConfirmBOD, message.payload)
    env.hook.message_confirmed(
        env=env, message_id=answer.message_id, action=str(answer.action), reason=answer.reason or ""
    )
