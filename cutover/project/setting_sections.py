"""The sections of `cutover.toml`: each setting describes itself, and refuses what it cannot be."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr

from consumers.journal.three_way import Policy
from cutover.project.logs import adapter_of, valid_log_url
from cutover.project.setting_values import (
    DATA_FOLDER,
    KEYS_URL,
    LOG_URL,
    STATE_URL,
    valid_currency,
    valid_date_order,
    valid_decimal_mark,
    valid_email,
    valid_field,
    valid_folders,
    valid_id,
    valid_keys_url,
    valid_name,
    valid_notice_url,
    valid_number,
    valid_path,
    valid_person,
    valid_registry,
    valid_state_url,
    valid_timezone,
    valid_token_url,
    valid_workspace_url,
)
from cutover.project.shown_as import ShownAs
from events.change_events import LARGEST_EVENT
from events.vocabulary.locations import IdScope

MASTER_KEY_FILE = f"{DATA_FOLDER}/master.key"


class Section(BaseModel):
    """The base of all sections: frozen, and an unknown key is an error. `comment` stands below the section's name in the file.

    A field describes itself: its description, and `ShownAs` where more is to be told, make `cutover.toml` and docs/settings.md.
    """

    comment: ClassVar[str] = ""
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, allow_inf_nan=False)


class PracticeSection(Section):
    """[practice]. The deterministic ids are made under `namespace`, a random UUID; `aliases` is a file of renumbered ids."""

    id: Annotated[str, AfterValidator(valid_id), ShownAs(default="from the folder's name")] = Field(
        description="lower-case letters, digits and dashes; stands in every `pbnId`. Do not change it after the first sync"
    )
    name: Annotated[str, AfterValidator(valid_name), ShownAs(default="from the id")] = Field(
        description="becomes the company's name"
    )
    timezone: Annotated[str, AfterValidator(valid_timezone), ShownAs(written="America/New_York")] = Field(
        description="a time-zone name; times without a zone in the extracts are local to it"
    )
    currency: Annotated[str, AfterValidator(valid_currency), ShownAs(written="USD")] = Field(
        description="three letters (ISO 4217)"
    )
    date_order: Annotated[str, AfterValidator(valid_date_order), ShownAs(written="mdy")] = Field(
        description="how dates are written in the extracts: `mdy`, `dmy` or `ymd`"
    )
    decimal_mark: Annotated[str, AfterValidator(valid_decimal_mark)] = Field(
        default=".", description="the decimal mark of amounts that can be read both ways (`1.234`): `.` or `,`"
    )
    namespace: Annotated[UUID, ShownAs(default="a random UUID")] = Field(
        description="the ids in Twenty are made under it. Never change it"
    )
    aliases: Annotated[Path | None, BeforeValidator(valid_path), ShownAs(example="aliases.csv")] = Field(
        default=None, description="a file of [renumbered ids](#renumbered-ids)"
    )


class LocationsSection(Section):
    """[locations]. Several locations: each is a company of its own, related to the practice's. Decide before the first sync."""

    field: Annotated[str, AfterValidator(valid_field), ShownAs(example="location")] = Field(
        default="",
        description="the custom field that names a record's location (of a column `Location`: `location`). Each location "
        "becomes a company, and its patients belong to it",
    )
    ids: Annotated[IdScope, ShownAs(more=", see [several locations](mapping.md#several-locations)")] = Field(
        default="practice",
        description="ids are unique in the whole `practice`, or in each `location` only: then they begin with the location's "
        "key. Do not change it after the first sync",
    )
    folders: Annotated[
        dict[str, str], AfterValidator(valid_folders), ShownAs(example={"north-*": "North Office"}, default="none")
    ] = Field(
        default_factory=dict,
        description="the location of deliveries without a `location` in their manifest, by the name of their folder, archive, "
        "or the folder above; `*` stands for any characters. Needs `field` or `ids`",
    )


class LogSection(Section):
    """[log]. `registry` is a schema registry that speaks Confluent's API; user and password are Kafka's, for SASL.

    With SASL/OAUTHBEARER they are a client's id and secret at `token_url`. `ca_file` vouches for registry and token endpoint.
    `largest_event` is in bytes: a row whose change event is larger is a dead letter.
    """

    url: Annotated[str, AfterValidator(valid_log_url), ShownAs(more=", see below")] = Field(
        default=LOG_URL, repr=False, description="the log; or `kafka://HOST:9092,HOST2:9092?prefix=NAME`"
    )
    registry: Annotated[
        str,
        AfterValidator(valid_registry),
        ShownAs(example="http://HOST:8081", more="; with it, events travel in Confluent's wire format"),
    ] = Field(default="", description="Kafka only: a schema registry that speaks Confluent's API")
    largest_event: Annotated[
        int,
        BeforeValidator(valid_number),
        ShownAs(
            more=" (`too_large`). It holds on SQLite and on Kafka alike; what a broker takes in one message does not matter"
        ),
    ] = Field(
        default=LARGEST_EVENT,
        ge=65_536,
        le=67_108_864,
        description="the largest change event, in bytes, 65536 to 67108864: a larger row is a dead letter",
    )
    user: SecretStr = Field(
        default=SecretStr(""), description="the user's name for SASL on Kafka, with OAUTHBEARER the client's id"
    )
    password: SecretStr = Field(default=SecretStr(""), description="the user's password, with OAUTHBEARER the client's secret")
    token_url: Annotated[
        str,
        AfterValidator(valid_token_url),
        ShownAs(example="https://HOST/token", more="; `https`, but for a server on this machine"),
    ] = Field(default="", description="OAUTHBEARER on Kafka: the token endpoint (OAuth 2, client credentials)")
    token_scope: Annotated[str, ShownAs(example="")] = Field(
        default="", description="OAUTHBEARER: the scope to ask for, where the endpoint wants one"
    )
    token_file: Annotated[Path | None, BeforeValidator(valid_path), ShownAs(example="token")] = Field(
        default=None,
        description="OAUTHBEARER: a file that holds an access token, written anew by the platform; goes before `token_url`",
    )
    ca_file: Annotated[
        Path | None,
        BeforeValidator(valid_path),
        ShownAs(example="ca.pem", more="; those of brokers are `ssl_cafile` in the URL"),
    ] = Field(default=None, description="certificates (PEM) that vouch for the registry and the token endpoint")
    registry_user: SecretStr = Field(default=SecretStr(""), description="the user's name at the registry")
    registry_password: SecretStr = Field(default=SecretStr(""), description="the user's password at the registry")

    @property
    def is_shared(self) -> bool:
        """Tell whether processes on several machines append to the log and share its partitions."""
        return adapter_of(self.url).shared


class StateSection(Section):
    """[state]."""

    url: Annotated[str, AfterValidator(valid_state_url), ShownAs(more=" (needs the package `psycopg`)")] = Field(
        default=STATE_URL,
        repr=False,
        description="what is known, a cache of the log; or `postgresql+psycopg://USER@HOST/DATABASE`",
    )


class KeysSection(Section):
    """[keys]. The master key is the variable's value, else what the command prints, else what the file holds."""

    comment = "Without the key store and the master key the log cannot be read: back both up, apart from the log."

    url: Annotated[str, AfterValidator(valid_keys_url)] = Field(
        default=KEYS_URL,
        repr=False,
        description="the key store: no cache, back it up apart from the log; or `postgresql+psycopg://…`",
    )
    master_key_file: Annotated[Path, BeforeValidator(valid_path)] = Field(
        default=Path(MASTER_KEY_FILE), description="the file that holds the master key, 64 hex digits"
    )
    master_key_command: Annotated[str, ShownAs(example="…")] = Field(
        default="",
        repr=False,
        description="a command that prints the master key, for a key management service; goes before the file",
    )
    master_key: SecretStr = Field(default=SecretStr(""), description="the master key itself; goes before the command")


class NewOptions(StrEnum):
    """Treatments of a word for which a SELECT has no option yet."""

    ADD = "add"
    DEAD_LETTER = "dead-letter"


class Coverage(StrEnum):
    """Grounds on which health data may lie on another machine: a server of the practice's own, or a signed agreement."""

    SELF_HOSTED = "self-hosted"
    BAA = "baa"


class TwentySection(Section):
    """[twenty]. `rate_limit` is in requests a minute (0: none), `timeout` in seconds, `upload_limit` in bytes (0: none)."""

    url: Annotated[str, AfterValidator(valid_workspace_url), ShownAs(written="http://localhost:3000")] = Field(
        default="", repr=False, description="the workspace's address, without `/rest` or `/graphql`"
    )
    api_key: SecretStr = Field(default=SecretStr(""), description="the workspace's API key")
    api_key_file: Annotated[Path | None, BeforeValidator(valid_path), ShownAs(example=".cutover/twenty.key")] = Field(
        default=None, description="a file that holds the API key, and nothing else"
    )
    covered: Annotated[
        Coverage | None, ShownAs(example="self-hosted", more=". See [privacy](privacy.md#health-data-in-twenty)")
    ] = Field(
        default=None,
        description="the ground on which health data may lie on another machine: `self-hosted` (a server of yours) or `baa` "
        "(a signed business associate agreement)",
    )
    covered_by: Annotated[str, AfterValidator(valid_person)] = Field(
        default="", description="the name of the person who answers for `covered`; both are recorded"
    )
    rate_limit: Annotated[int, BeforeValidator(valid_number)] = Field(
        default=100, ge=0, description="record requests a minute that the workspace allows; no upper bound; 0 = no limit"
    )
    batch_size: Annotated[
        int,
        BeforeValidator(valid_number),
        ShownAs(more="; a server that takes fewer is asked for fewer (the number it names, else 60) from then on"),
    ] = Field(default=200, ge=1, le=200, description="records a request, 1 to 200")
    in_flight: Annotated[
        int,
        BeforeValidator(valid_number),
        ShownAs(
            more=". How many there are follows [what the server bears](several-machines.md#more-requests-or-more-workers). "
            "The rate limit holds for all of them together"
        ),
    ] = Field(default=16, ge=1, le=32, description="requests under way at once, at most, 1 to 32; 1 = one after the other")
    new_options: Annotated[NewOptions, ShownAs(more=" until you make it in Twenty and run `cutover dead-letters retry`")] = (
        Field(
            default=NewOptions.ADD,
            description="a word for which a SELECT has no option yet: `add` makes the option, "
            "`dead-letter` keeps its records back",
        )
    )
    upload_limit: Annotated[int, BeforeValidator(valid_number), ShownAs(more=". A larger one becomes a dead letter")] = Field(
        default=10_000_000, ge=0, description="the largest document that is uploaded, in bytes; 0 = no limit set by Cutover"
    )
    timeout: Annotated[float, BeforeValidator(valid_number)] = Field(
        default=60.0, gt=0, le=3_600, description="seconds to wait for an answer, at most an hour"
    )
    fallback_member: Annotated[str, AfterValidator(valid_email)] = Field(
        default="", description="the e-mail of the member who gets what belongs to a provider who is no member"
    )
    conflicts: Annotated[Policy, ShownAs(more=", see [conflicts](conflicts.md)")] = Field(
        default=Policy.TWENTY_WINS,
        description="a person changed in Twenty what PbN changes too: `twenty-wins`, `source-wins` or `report-only`",
    )
    private: Annotated[list[str], ShownAs(more='; for example `["note", "treatmentPlan"]`')] = Field(
        default=[],
        description="objects that `schema apply` makes PRIVATE, where Twenty offers that (from 2.43 on); "
        "each must be in `granted` too",
    )
    granted: Annotated[
        list[str],
        ShownAs(
            more='; for example `["person", "note"]`, see [the destination](destination.md#objects-that-are-not-open-to-all)'
        ),
    ] = Field(
        default=[],
        description="private objects of which the API key sees every record, by a sharing rule of its role without criteria",
    )
    views: Annotated[bool, ShownAs(more=", see [views](destination.md#views-and-the-menu)")] = Field(
        default=True,
        description="`schema apply` makes views and a folder of the menu for the practice: patients, appointments, "
        "communications, claims and plans by status, records to be looked at",
    )
    audited: Annotated[bool | None, ShownAs(example=True, more=". Twenty offers that from 2.40 on")] = Field(
        default=None,
        description="keep changes of the fields that `schema apply` makes in Twenty's audit log; without it as Twenty does",
    )


class DeliveriesSection(Section):
    """[deliveries]. When `sync --follow` takes a delivery for whole."""

    quiet: Annotated[float, BeforeValidator(valid_number)] = Field(
        default=5.0,
        ge=0,
        le=86_400,
        description="seconds without a change in a delivery after which `sync --follow` reads it; it looks every 5 seconds",
    )
    marker: Annotated[str, ShownAs(example="_COMPLETE")] = Field(
        default="",
        description="the name of a file that is put into a delivery last: with it set, a delivery without it is not read",
    )


class DeletionsSection(Section):
    """[deletions]. `limit` is the share of an entity's live records that may disappear between two full extracts."""

    limit: Annotated[float, BeforeValidator(valid_number)] = Field(
        default=0.05,
        ge=0,
        le=1,
        description="when a larger share of an entity's live records disappears between two full extracts, "
        "its deletions are withheld",
    )


class NotifySection(Section):
    """[notify]. A command and a web address that are told, in counts, how commands ended."""

    command: str = Field(
        default="",
        repr=False,
        description="a command that gets a notice as JSON on standard input when a sync, produce, consume, replay or rollback "
        "has finished, has failed or waits for a decision: counts and codes only",
    )
    url: Annotated[str, AfterValidator(valid_notice_url)] = Field(
        default="", repr=False, description="an https address that gets the same notice as a POST"
    )
