"""The command line of accounts: who may use the service, and what they did. As in `cli`, heavy
modules are imported by the commands."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from reelprint.options import By, Home, Json

accounts_app = typer.Typer(help="Keep who may use the service.", no_args_is_help=True)
organisation_app = typer.Typer(help="Add and list organisations.", no_args_is_help=True)
key_app = typer.Typer(help="Issue, list and revoke API keys.", no_args_is_help=True)
audit_app = typer.Typer(help="Show and check the audit log.", no_args_is_help=True)
Actor = Annotated[str, typer.Argument(metavar="ACTOR", help="As kim@police.example.")]
Roles = Annotated[
    list[str],
    typer.Option(
        "--role", help="holder, capturer, analyst, reviewer, exporter, auditor, admin. Repeat it."
    ),
]
Of = Annotated[
    str | None, typer.Option("--organisation", help="Only of this one.", show_default="all")
]


class KindOf(StrEnum):
    """What an organisation is."""

    AUTHORITY = "authority"
    HOLDER = "holder"


def add_to(app: typer.Typer) -> None:
    """Add the commands of accounts to the others."""
    accounts_app.add_typer(organisation_app, name="organisation")
    accounts_app.add_typer(key_app, name="key")
    accounts_app.add_typer(audit_app, name="audit")
    app.add_typer(accounts_app, name="accounts")


@accounts_app.command("init")
def accounts_init(by: By = None, json: Json = False, home: Home = None) -> None:
    """Make accounts: the organisation `local`, and `admin@local`, who may do everything. What is
    there stays."""
    from reelprint.commands import accounts

    accounts.init(by, json, home)


@accounts_app.command("add")
def accounts_add(
    actor: Actor,
    organisation: Annotated[str, typer.Option(help="Whose person it is.")],
    role: Roles,
    by: By = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Add an account. It logs in with a password, a link or OpenID Connect, or has keys."""
    from reelprint.commands import accounts

    accounts.add(actor, organisation, role, by, json, home)


@accounts_app.command("list")
def accounts_list(organisation: Of = None, json: Json = False, home: Home = None) -> None:
    """List accounts, with their roles."""
    from reelprint.commands import accounts

    raise typer.Exit(accounts.show_all(organisation, json, home))


@accounts_app.command("roles")
def accounts_roles(
    actor: Actor, role: Roles, by: By = None, json: Json = False, home: Home = None
) -> None:
    """Say what an account may do, from its next request on: these roles and no others."""
    from reelprint.commands import accounts

    accounts.set_roles(actor, role, by, json, home)


@accounts_app.command("password")
def accounts_password(actor: Actor, by: By = None, home: Home = None) -> None:
    """Give an account a password: asked for, or the first line of the standard input."""
    from reelprint.commands import accounts

    accounts.set_password(actor, by, home)


@accounts_app.command("link")
def accounts_link(actor: Actor, by: By = None, json: Json = False, home: Home = None) -> None:
    """Print a token that logs an account in once, within a quarter of an hour."""
    from reelprint.commands import accounts

    accounts.link(actor, by, json, home)


@accounts_app.command("disable")
def accounts_disable(actor: Actor, by: By = None, home: Home = None) -> None:
    """Let nobody in by an account: its sessions end, its keys are revoked. Nothing is deleted."""
    from reelprint.commands import accounts

    accounts.disable(actor, by, home)


@accounts_app.command("enable")
def accounts_enable(actor: Actor, by: By = None, home: Home = None) -> None:
    """Let an account log in again. Its keys stay revoked."""
    from reelprint.commands import accounts

    accounts.enable(actor, by, home)


@accounts_app.command("move")
def accounts_move(json: Json = False, home: Home = None) -> None:
    """Bring accounts that were left in the workspace to the database of its catalogue."""
    from reelprint.commands import moving

    raise typer.Exit(moving.accounts(json, home))


@organisation_app.command("add")
def organisation_add(
    organisation: Annotated[str, typer.Argument(metavar="ID", help="As acme.")],
    kind: Annotated[
        KindOf, typer.Option(help="An authority sees all works; a holder its own alone.")
    ],
    name: Annotated[str | None, typer.Option(help="Its name.", show_default="the id")] = None,
    by: By = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Add an organisation."""
    from reelprint.commands import accounts

    accounts.add_organisation(organisation, name or organisation, kind.value, by, json, home)


@organisation_app.command("list")
def organisation_list(json: Json = False, home: Home = None) -> None:
    """List organisations."""
    from reelprint.commands import accounts

    raise typer.Exit(accounts.show_organisations(json, home))


@key_app.command("issue")
def key_issue(
    actor: Actor,
    label: Annotated[str, typer.Option(help="What it is for.")],
    role: Annotated[
        list[str] | None,
        typer.Option(help="Some of the account's roles. Repeat it.", show_default="all of them"),
    ] = None,
    expires: Annotated[
        str | None, typer.Option(help="When it ends: 2027-01-31.", show_default="never")
    ] = None,
    by: By = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Issue an API key, and print it this once."""
    from reelprint.commands import accounts

    accounts.issue_key(actor, label, role, expires, by, json, home)


@key_app.command("list")
def key_list(organisation: Of = None, json: Json = False, home: Home = None) -> None:
    """List API keys; not the keys themselves, which are nowhere kept."""
    from reelprint.commands import accounts

    raise typer.Exit(accounts.show_keys(organisation, json, home))


@key_app.command("revoke")
def key_revoke(
    key_id: Annotated[str, typer.Argument(metavar="KEY", help="As k_0123456789abcdef.")],
    by: By = None,
    home: Home = None,
) -> None:
    """Revoke an API key."""
    from reelprint.commands import accounts

    accounts.revoke_key(key_id, by, home)


@audit_app.command("show")
def audit_show(
    organisation: Of = None,
    after: Annotated[int, typer.Option(help="Only lines behind this one.")] = -1,
    limit: Annotated[int, typer.Option(min=1, help="So many at most.")] = 1000,
    json: Json = False,
    home: Home = None,
) -> None:
    """Show what was done in the service, by whom, the oldest first."""
    from reelprint.commands import auditing

    raise typer.Exit(auditing.show(organisation, after, limit, json, home))


@audit_app.command("verify")
def audit_verify(
    head: Annotated[str | None, typer.Option(help="A head that was noted down.")] = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Check that the audit log is what was written."""
    from reelprint.commands import auditing

    raise typer.Exit(auditing.verify(head, json, home))
