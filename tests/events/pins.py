"""Pins of a released schema: its fingerprint, and a digest of all that it means."""

import hashlib
import json


def label(schema):
    return f"{schema.name}.v{schema.version}"


def meaning(source):
    """Return a schema's source without its explanations: what must never change once released."""
    if isinstance(source, dict):
        return {name: meaning(value) for name, value in source.items() if name != "doc"}
    return [meaning(value) for value in source] if isinstance(source, list) else source


def pin(schema):
    digest = hashlib.sha256(json.dumps(meaning(schema.source), sort_keys=True).encode()).hexdigest()
    return {"fingerprint": schema.fingerprint.hex(), "meaning": digest}
