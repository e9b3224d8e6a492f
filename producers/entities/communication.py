"""Communications: the columns of their tables, and the words for them."""

from __future__ import annotations

from datetime import datetime

from events.vocabulary.mapping import TableKind
from events.vocabulary.records import Issue, Value
from producers.entities.carried import Exported, carried
from producers.entities.column import Column
from producers.entities.shared import PATIENT_ID, PATIENT_NAME, PATIENT_WORDS, native_id
from producers.entities.spec import SourceSpec, words
from producers.entities.steps import ColumnLayout, RowStep, Steps, moment
from producers.kinds import cells
from producers.vocabulary.aliases import aliases


def _future(taken_at: datetime) -> RowStep:
    def step(cells: list[str], values: dict[str, Value], issues: list[Issue], fates: list[str]) -> None:
        moment = values.get("delivered_at")
        if "delivered_at" in values:
            values["in_future"] = isinstance(moment, datetime) and moment > taken_at

    return step


def _assemble(layout: ColumnLayout) -> Steps:
    at, future = layout.at, _future(layout.taken_at)
    if "delivered_time" not in at:
        return Steps([future])
    delivered = moment("delivered_at", at["delivered_at"][0], at["delivered_time"][0], "dueAt", layout)
    return Steps([delivered, future], frozenset({"delivered_at"}))


SPEC = SourceSpec(
    place=9,
    kind=TableKind.COMMUNICATION,
    nouns=words("communication message contact log reminder"),
    enough=4.2,
    signs=words("sent received communication campaign recipient delivered mode"),
    columns=(
        native_id("the communication's id"),
        PATIENT_ID,
        PATIENT_NAME,
        Column(name="type", kind=cells.WORD, wanted="the type of the message", issue="title", weight=0.8),
        Column(name="channel", kind=cells.CHANNEL, weight=2.0),
        Column(
            name="delivered_at",
            kind=cells.DATE_TIME,
            issue="dueAt",
            weight=1.2,
            need="the time of delivery",
            fills=("in_future",),
        ),
        Column(name="delivered_time", kind=cells.TIME, weight=0.4, fills=("delivered_at", "in_future")),
        Column(name="delivery_status", kind=cells.DELIVERY, issue="deliveryStatus", weight=1.6),
        Column(name="message", kind=cells.TEXT, issue="body", weight=1.0),
    ),
    clear=aliases(
        PATIENT_WORDS
        + """
native_id: message id | communication id | commlog num | entry id | log id | comm id | contact id | message number
    | communication number | log number | entry number | record id | journal id | reminder id | notification id
    | contact log id | message key | comm log id
type: communication type | comm type | message type | entry type | type | reason | contact type | category | purpose
    | reminder type | message category | topic | subject | notification type | campaign | kind | message kind
    | template name | template | trigger
channel: channel | method | mode | via | sent via | communication method | medium | contact method | delivery method
    | delivery channel | media | sent by | how | send by | delivery mode | means | sent through | through | delivered by
    | type of contact
delivered_at: date time | delivered at | delivery time | delivered on | sent at | sent on | sent | comm date time
    | message date | entry date | communication date | date sent | sent date | date time sent | delivery date
    | contact date | log date | scheduled for | communication date time | message date time | send date | delivered date
    | timestamp | time stamp | contacted on | contacted at | sent date time | date delivered | dispatched at | dispatched
    | time sent at | contact date time | happened at | occurred at | when sent
delivered_time: time sent | sent time | message time | entry time | communication time
delivery_status: delivery status | result | status | outcome | message status | delivery result | sent status
    | communication status | delivery state | disposition | delivery outcome | arrived | delivery | delivered | state
    | message state
message: message | message body | body | text | message text | content | note | notes | description | details | comments
    | message content | communication note | comment | what was said | wording | note text | wording sent | body text
    | sms text | comm note | script
"""
    ),
    vague=aliases(
        """
native_id: id | ref | reference | number | key
patient_id: patient | chart | chart number | client | pat
channel: type
delivered_at: date | when | time | day | created | created at | created on | create date | date created | entered | entered on
    | date entered | entered at | added on | date added | inserted at | logged at | logged on
delivered_time: time
"""
    ),
    carried={
        "title": carried("type"),
        "dueAt": carried("delivered_at"),
        "body": carried("message"),
        "channel": carried("channel"),
        "deliveryStatus": carried("delivery_status"),
    },
    exported=(
        Exported(
            place=10,
            name="Communication",
            fields=(
                "title",
                "dueAt",
                "body",
                "channel",
                "deliveryStatus",
            ),
            manual="the communication log",
        ),
    ),
    keeps_columns=True,
    assemble=_assemble,
)
