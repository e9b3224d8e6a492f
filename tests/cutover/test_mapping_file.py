"""The mapping file is read alone or to be changed: both give the same values, and refuse the same files in the same words."""

from __future__ import annotations

import pytest

from cutover.mapping_file.document import parsed, read, written
from cutover.mapping_file.errors import MappingFileError
from events.vocabulary.mapping import ColumnBinding, ColumnMapping, TableBinding, TableKind

COLUMNS = (
    ColumnBinding(header='Say "Id"', field="native_id", confidence=0.9, evidence="the header is an alias"),
    ColumnBinding(header="Näme", field="last_name", confidence=1.0, evidence="two\nlines"),
    ColumnBinding(header="Näme", field=None, ignored="empty", confidence=1.0, evidence=""),
)
TABLE = TableBinding(
    kind=TableKind.PATIENT,
    columns=COLUMNS,
    confidence=0.875,
    evidence="3 of 3 columns",
)
TEXT = written(ColumnMapping(practice="fern", tables=(TABLE,)))


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_read_alone_it_has_the_values_that_it_has_where_it_is_changed(mark: str) -> None:
    assert "Näme" in TEXT
    assert read(mark + TEXT) == parsed(mark + TEXT).unwrap()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (TEXT.replace("[[table]]", "[[table]"), "is no TOML; correct it"),
        (TEXT.replace('means = "last_name"', 'means = "last_name"\nmeans = "first_name"'), "It stands there twice"),
        (TEXT.replace('means = "last_name"', "means = 7"), 'write it as in means = "birth_date"'),
        ('practice = "fern"\ntable = 3\n', "write the heading [[table]] before each of them"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_the_same_words(text: str, message: str) -> None:
    with pytest.raises(MappingFileError) as alone:
        read(text)
    with pytest.raises(MappingFileError) as changing:
        parsed(text)
    assert message in str(alone.value)
    assert str(alone.value) == str(changing.value)
