"""/v1/organisations, /v1/accounts and /v1/keys: who is let in, and as what."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from accounts.records import Account, Key
from reelprint.desk import people
from reelprint.service.problems import responses
from reelprint.service.security import DeskOf, Who

router = APIRouter(tags=["accounts"], responses=responses(401, 403, 422, 429, 503))
Role = Literal["holder", "capturer", "analyst", "reviewer", "exporter", "auditor", "admin"]
Roles = Annotated[list[Role], Field(min_length=1, max_length=7)]
Actor = Annotated[str, Path(min_length=1, max_length=200, description="Its name.")]
Organisation = Annotated[str | None, Query(max_length=63, description="None: your own.")]


class OrganisationView(BaseModel):
    """Whose people they are."""

    id: str
    name: str
    kind: Literal["authority", "holder"]
    added_at: str


class OrganisationBody(BaseModel):
    """A new organisation of holders."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"id": "studio", "name": "A Studio"}]}
    )

    id: Annotated[str, Field(min_length=1, max_length=63, pattern="^[a-z0-9][a-z0-9-]*$")]
    name: Annotated[str, Field(min_length=1, max_length=200)]


class AccountView(BaseModel):
    """Somebody who may be let in."""

    actor: str
    organisation: str
    kind: Literal["authority", "holder"]
    roles: list[Role]
    has_password: bool
    added_at: str
    disabled_at: str | None


class AccountBody(BaseModel):
    """Somebody new."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"actor": "kim@police.example", "roles": ["analyst"]}]},
    )

    actor: Annotated[str, Field(min_length=1, max_length=200)]
    roles: Roles
    organisation: Annotated[str | None, Field(max_length=63)] = None
    password: Annotated[str | None, Field(max_length=1000)] = None


class RolesBody(BaseModel):
    """What an account may do from now on."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"roles": ["analyst", "capturer"]}]}
    )

    roles: Roles


class LinkView(BaseModel):
    """An address that logs somebody in once."""

    url: str


class KeyView(BaseModel):
    """What is known of a key; not the key."""

    id: str
    actor: str
    organisation: str
    label: str
    roles: list[Role]
    issued_at: str
    expires_at: str | None
    revoked_at: str | None
    used_at: str | None


class NewKey(KeyView):
    """A key, which is shown this once."""

    secret: str


class KeyBody(BaseModel):
    """A key to be made."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"label": "nightly upload"}]}
    )

    label: Annotated[str, Field(min_length=1, max_length=200)]
    actor: Annotated[str | None, Field(max_length=200, description="None: your own.")] = None
    roles: Roles | None = Field(
        None, description="One at least; left out or null: all that the account has."
    )
    expires_at: Annotated[str | None, Field(max_length=40)] = None


@router.get("/organisations", operation_id="list_organisations")
def list_organisations(who: Who, desk: DeskOf) -> list[OrganisationView]:
    """Those whose accounts you keep."""
    found = people.organisations(desk, who)
    return [OrganisationView.model_validate(one, from_attributes=True) for one in found]


@router.post(
    "/organisations", operation_id="add_organisation", status_code=201, responses=responses(409)
)
def add_organisation(who: Who, desk: DeskOf, body: OrganisationBody) -> OrganisationView:
    """Add an organisation of holders."""
    made = people.add_organisation(desk, who, body.id, body.name)
    return OrganisationView.model_validate(made, from_attributes=True)


@router.get("/accounts", operation_id="list_accounts", responses=responses(404))
def list_accounts(who: Who, desk: DeskOf, organisation: Organisation = None) -> list[AccountView]:
    """Those of an organisation."""
    return [_account(one) for one in people.accounts(desk, who, organisation)]


@router.post(
    "/accounts", operation_id="add_account", status_code=201, responses=responses(404, 409)
)
def add_account(who: Who, desk: DeskOf, body: AccountBody) -> AccountView:
    """Add one; without a password it logs in by a link."""
    return _account(
        people.add_account(desk, who, body.actor, body.roles, body.organisation, body.password)
    )


@router.get("/accounts/{actor}", operation_id="get_account", responses=responses(404))
def get_account(who: Who, desk: DeskOf, actor: Actor) -> AccountView:
    """One of them."""
    return _account(people.account(desk, who, actor))


@router.put("/accounts/{actor}/roles", operation_id="set_roles", responses=responses(404))
def set_roles(who: Who, desk: DeskOf, actor: Actor, body: RolesBody) -> AccountView:
    """Change what somebody else may do, from their next request on."""
    return _account(people.set_roles(desk, who, actor, body.roles))


@router.post("/accounts/{actor}/disable", operation_id="disable_account", responses=responses(404))
def disable_account(who: Who, desk: DeskOf, actor: Actor) -> AccountView:
    """Let somebody else in no more; sessions end and keys are revoked."""
    return _account(people.disable(desk, who, actor))


@router.post("/accounts/{actor}/enable", operation_id="enable_account", responses=responses(404))
def enable_account(who: Who, desk: DeskOf, actor: Actor) -> AccountView:
    """Let somebody log in again."""
    return _account(people.enable(desk, who, actor))


@router.post("/accounts/{actor}/login-link", operation_id="login_link", responses=responses(404))
def login_link(who: Who, desk: DeskOf, actor: Actor) -> LinkView:
    """An address that logs somebody in once, within a quarter of an hour."""
    return LinkView(url=people.login_link(desk, who, actor))


@router.get("/keys", operation_id="list_keys", responses=responses(404))
def list_keys(who: Who, desk: DeskOf, organisation: Organisation = None) -> list[KeyView]:
    """Your own keys; those of an organisation, if you keep its accounts."""
    return [_key(one) for one in people.keys(desk, who, organisation)]


@router.post("/keys", operation_id="issue_key", status_code=201, responses=responses(404))
def issue_key(who: Who, desk: DeskOf, body: KeyBody) -> NewKey:
    """A new key, which is shown this once."""
    secret, made = people.issue_key(desk, who, body.label, body.actor, body.roles, body.expires_at)
    return NewKey(**_key(made).model_dump(), secret=secret)


@router.delete(
    "/keys/{key_id}", operation_id="revoke_key", status_code=204, responses=responses(404)
)
def revoke_key(who: Who, desk: DeskOf, key_id: Annotated[str, Path(max_length=60)]) -> None:
    """Let nobody in by a key."""
    people.revoke_key(desk, who, key_id)


def _account(one: Account) -> AccountView:
    return AccountView.model_validate(one.as_dict())


def _key(one: Key) -> KeyView:
    return KeyView.model_validate(one.as_dict())
