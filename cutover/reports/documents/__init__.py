"""Types of the documents that commands print with `--json`, in one module for each command or group of commands.

May import no other module of this project. Must not hold anything but types. `docs/schemas/` has a JSON Schema of each, made
from `registry`.
"""
