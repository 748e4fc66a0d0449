"""A promise that nobody keeps."""

from core import Env, hookspec


@hookspec
def remark_made(env: Env) -> None: ...
