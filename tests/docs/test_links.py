"""Every link inside the repository leads somewhere."""

import pytest

from tests.docs.documents import FILES, ROOT, anchors, links, name

each_file = pytest.mark.parametrize("path", FILES, ids=name)


@each_file
def test_links_lead_to_files_and_headings_that_are_there(path):
    broken = []
    for target in links(path):
        file, _, anchor = target.partition("#")
        there = (path.parent / file).resolve() if file else path
        if not there.exists() or (anchor and anchor not in anchors(there)):
            broken.append(target)
    assert not broken


def test_every_document_can_be_reached_from_the_readme():
    reached, todo = set(), [ROOT / "README.md"]
    while todo:
        path = todo.pop()
        if path not in reached:
            reached.add(path)
            files = [(path.parent / target.partition("#")[0]).resolve() for target in links(path) if not target.startswith("#")]
            todo += [file for file in files if file.suffix == ".md"]
    assert [name(path) for path in FILES if path not in reached] == []
