"""PbN's automation rules: the columns of their tables, and the words for them."""

from __future__ import annotations

from events.vocabulary.mapping import TableKind
from producers.entities.column import Column
from producers.entities.spec import SourceSpec, words
from producers.kinds import cells
from producers.vocabulary.aliases import aliases

SPEC = SourceSpec(
    place=11,
    kind=TableKind.AUTOMATION,
    nouns=words("rule automation automatic reminder campaign message notification workflow"),
    enough=4.0,
    columns=(
        Column(name="name", kind=cells.WORD, weight=1.0, need="the rule's name"),
        Column(name="trigger", kind=cells.WORD, weight=1.6),
        Column(name="timing", kind=cells.WORD, weight=1.6),
        Column(name="channel", kind=cells.CHANNEL, weight=1.0),
        Column(name="template", kind=cells.TEXT, weight=1.6, need="the template"),
        Column(name="active", kind=cells.FLAG, weight=0.8),
    ),
    clear=aliases(
        """
name: automatic message | rule name | rule | name | automation
    | automation name | reminder name | reminder | title | campaign name | workflow
    | workflow name | sequence name | rule title
trigger: trigger | event | trigger type | trigger event | when event | starts when | on event | triggered by | condition
    | fires on | fired by | based on
timing: send timing | timing | when | schedule | ts prior | time before | offset | send time | lead time | delay
    | send when | time
    | time prior | send at | interval | how long before
channel: channel | send by | send order | method | via | medium | send via | delivery method | type | media | means
    | send through
template: template | text | template text | message | message template | body | message text | content | wording
    | message body | email body | script
active: active | on | is enabled | enabled | is active | status | active flag | in use | switched on | turned on | live
"""
    ),
    vague=aliases("trigger: type\nname: description\ntiming: days"),
)
