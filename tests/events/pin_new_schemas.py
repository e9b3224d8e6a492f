"""Run once when a schema version is added: `python tests/events/pin_new_schemas.py`.

It pins the new schema's fingerprint in `released_schemas.json` and writes golden bytes of it to `golden/`. What is there
already is never written again: old logs hold bytes like these, and tests read them for ever.
"""

import json
import sys
from datetime import datetime
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent.parent))

from events.codec.avro import encode, header  # noqa: E402
from events.codec.schemas import Schema, all_schemas  # noqa: E402
from events.sealing.payloads import seal  # noqa: E402
from tests.events.golden_values import ENVELOPES, KEY, PAYLOADS  # noqa: E402
from tests.events.pins import label, pin  # noqa: E402


def payload_bytes(schema: Schema) -> bytes:
    value = dict(PAYLOADS[label(schema)])
    if "custom" in value:  # fastavro must be told that a datetime is not a date
        value["custom"] = {name: ("long", v) if isinstance(v, datetime) else v for name, v in value["custom"].items()}
    return encode(schema, value)


def golden_bytes(schema: Schema, by_label: dict[str, Schema]) -> bytes:
    if label(schema) in PAYLOADS:
        return header(schema) + payload_bytes(schema)
    payload, envelope = ENVELOPES[label(schema)]
    return seal(schema, dict(envelope), by_label[payload], payload_bytes(by_label[payload]), KEY, bytes)


def main() -> None:
    pins = HERE / "released_schemas.json"
    released = json.loads(pins.read_text()) if pins.exists() else {}
    by_label = {label(schema): schema for schema in all_schemas()}
    for schema in by_label.values():
        released.setdefault(label(schema), pin(schema))
        golden = HERE / "golden" / f"{label(schema)}.bin"
        if not golden.exists():
            golden.write_bytes(golden_bytes(schema, by_label))
            sys.stdout.write(f"wrote {golden.name}\n")
    pins.write_text(json.dumps(released, indent=2, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
