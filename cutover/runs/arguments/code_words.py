"""The words of codes that a person wrote into a mapping, as `map show --json` gives it."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from cutover.project.errors import UsageError
from events.vocabulary.mapping import ColumnMapping
from producers.verdicts.settling import CodeWords, unknown_codes


class _Code(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)
    code: str
    word: str | None = None


class _Column(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)
    header: str
    codes: list[_Code] = []


class _Binding(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)
    kind: str
    columns: list[_Column]


class _Written(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)
    bindings: list[_Binding]


def words_in(path: Path, mapping: ColumnMapping) -> CodeWords:
    """Return the words that a file gives to codes of a mapping; codes whose word is null are left open. Raises UsageError."""
    try:
        written = _Written.model_validate_json(path.read_bytes())
    except OSError as error:
        raise UsageError(f"--codes: {path} cannot be read ({error.strerror}); give the path of a file") from None
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"]) or "the whole file"
        raise UsageError(
            f"--codes: {path} is no mapping ({where}: {error.errors()[0]['msg']}); "
            "write `cutover map show --json` into a file, and fill in `word` of each code"
        ) from None
    words: dict[tuple[str, str], dict[str, str]] = {}
    for binding in written.bindings:
        for column in binding.columns:
            for one in column.codes:
                if one.word is not None:
                    words.setdefault((binding.kind, column.header), {})[one.code] = one.word
    if not words:
        raise UsageError(f"--codes: {path} has no word for any code; fill in `word` of each code")
    if strangers := unknown_codes(mapping, words):
        header, code = strangers[0]
        raise UsageError(f"--codes: the mapping has no code {code!r} in {header!r}; begin with `cutover map show --json`")
    return words
