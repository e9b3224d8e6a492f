"""The documents that commands print with `--json`, as types: one module for each command or group of commands.

May import none of ours. Must not hold anything but types. `docs/schemas/` has a JSON Schema of each, made from `registry`.
"""
