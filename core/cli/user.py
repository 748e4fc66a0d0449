"""dovetail user: accounts, for whoever has the machine; the web asks an administrator."""

from __future__ import annotations

import click
from sqlalchemy import select

from core.app import open_site
from core.cli import settings_of
from core.errors import NotFound
from core.i18n import _
from core.orm.env import Env, open_env
from core.security import passkey, totp
from core.security.account import User, UserCompany, UserRole
from core.security.sign_in import set_password

_password = click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True)


@click.group()
def user() -> None:
    """Accounts: add, passwd, totp-reset."""


@user.command()
@click.argument("login")
@click.option("--name", default="", help="The person's name; the login without one.")
@click.option("--role", "roles", multiple=True, help="The name of a role, such as base.administrator.")
@click.option(
    "--company", "companies", multiple=True, type=int, help="The id of a company that the user sees."
)
@_password
@click.pass_context
def add(
    ctx: click.Context,
    login: str,
    name: str,
    roles: tuple[str, ...],
    companies: tuple[int, ...],
    password: str,
) -> None:
    """Make an account."""
    site = open_site(settings_of(ctx))
    unknown = [role for role in roles if role not in site.access.roles]
    if unknown:
        raise NotFound(_("There is no role {role}. There are: {known}.", role=unknown[0],
                         known=", ".join(sorted(site.access.roles))))  # fmt: skip
    with open_env(site, write=True) as env:
        made = User(login=login, name=name or login, home_company_id=next(iter(companies), None))
        made.roles = [UserRole(role=role) for role in roles]
        made.companies = [UserCompany(seen_company_id=company) for company in companies]
        env.add(made)
        env.flush()
        set_password(env, made.id, password, must_change=True)
    click.echo(str(_("{login} can sign in and will be asked for a password of their own.", login=login)))


@user.command()
@click.argument("login")
@_password
@click.pass_context
def passwd(ctx: click.Context, login: str, password: str) -> None:
    """Set a password; its owner must choose another at sign-in."""
    with open_env(open_site(settings_of(ctx)), write=True) as env:
        set_password(env, _called(env, login).id, password, must_change=True)
    click.echo(str(_("{login} has a new password and will be asked for one of their own.", login=login)))


@user.command("totp-reset")
@click.argument("login")
@click.pass_context
def totp_reset(ctx: click.Context, login: str) -> None:
    """Turn the second factor off, for somebody who lost their device."""
    with open_env(open_site(settings_of(ctx)), write=True) as env:
        user_id = _called(env, login).id
        passkey.remove_all(env, user_id)
        totp.remove(env, user_id)
    click.echo(str(_("{login} signs in without a second factor until they set one up again.", login=login)))


def _called(env: Env, login: str) -> User:
    found = env.session.scalar(select(User).where(User.login == login))
    if found is None:
        raise NotFound(_("There is no user {login}.", login=login))
    return found
