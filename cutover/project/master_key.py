"""The master key: 32 bytes that wrap the data keys, from an environment variable, from a command, or from a file.

The variable goes before the command (for a key management service), the command before the file. Nothing that the variable,
the command or the file holds is ever in a message.
"""

from __future__ import annotations

import os
import re
import shlex
import stat
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from cutover.project.setting_sections import KeysSection
from events.sealing.keys import MasterKeyMissing

KEY_BYTES = 32
COMMAND_TIMEOUT = 30.0
"""Seconds that `master_key_command` may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MasterKey:
    """The key, where it came from, and what is wrong with how it is kept (None: nothing)."""

    material: bytes = field(repr=False)
    source: str
    warning: str | None = None


def load_master_key(keys: KeysSection, folder: Path, *, timeout: float = COMMAND_TIMEOUT) -> MasterKey:
    """Return the master key that `[keys]` names; a command runs in `folder`. Raises MasterKeyMissing with one line."""
    if given := keys.master_key.get_secret_value().strip():
        return MasterKey(material=_decoded(given, "CUTOVER_KEYS__MASTER_KEY"), source="CUTOVER_KEYS__MASTER_KEY")
    if command := keys.master_key_command.strip():
        source = "keys.master_key_command"
        return MasterKey(material=_decoded(_printed_by(command, folder, timeout), source), source=source)
    file = keys.master_key_file
    return MasterKey(material=_decoded(_content(file), str(file)), source=str(file), warning=exposure(file))


def exposure(file: Path) -> str | None:
    """Return what is wrong with the permissions of the master key's file: others than its owner may use it. None: nothing."""
    mode = stat.S_IMODE(file.stat().st_mode)
    if os.name != "posix" or not mode & (stat.S_IRWXG | stat.S_IRWXO):
        return None
    return f"the master key {file} can be read by others (mode {mode:04o}); run: chmod 600 {shlex.quote(str(file))}"


def _decoded(text: str, source: str) -> bytes:
    if not re.fullmatch(rf"[0-9a-fA-F]{{{2 * KEY_BYTES}}}", text.strip()):
        raise MasterKeyMissing(
            f"{source}: is not a master key ({2 * KEY_BYTES} hex digits); give the one that `cutover init` wrote, or its backup"
        )
    return bytes.fromhex(text.strip())


def _content(file: Path) -> str:
    try:
        return file.read_bytes()[:1024].decode("ascii", "replace")
    except OSError as error:
        raise MasterKeyMissing(
            f"keys.master_key_file: the master key {file} cannot be read ({error.strerror}); "
            "restore it from its backup, or set CUTOVER_KEYS__MASTER_KEY"
        ) from None


def _printed_by(command: str, folder: Path, timeout: float) -> str:
    try:
        words = shlex.split(command)
    except ValueError:
        raise MasterKeyMissing("keys.master_key_command: a quote in it is not closed; close it") from None
    program = words[0] if words else ""  # the other words may hold a secret
    failure = f"keys.master_key_command: {program}"
    try:
        # the operator's own command, from their own settings, without a shell
        done = subprocess.run(words, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise MasterKeyMissing(f"{failure} did not end within {timeout:g} seconds; run it by hand to see why") from None
    except OSError as error:
        raise MasterKeyMissing(f"{failure} cannot be started ({error.strerror}); check the command and its path") from None
    if done.returncode != 0:
        raise MasterKeyMissing(f"{failure} ended with exit code {done.returncode}; run it by hand to see why")
    return done.stdout.decode("ascii", "replace")
