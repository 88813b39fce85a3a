"""A link leads to a file, and to a heading in it, that there is."""

from pathlib import Path

import pytest

from tests.documents.reading import DOCUMENTS, ROOT, anchors, links

LINKS = [
    pytest.param(document, target, id=f"{document.relative_to(ROOT)} {target}")
    for document in DOCUMENTS
    for target in links(document.read_text())
    if "://" not in target
]


@pytest.mark.parametrize(("document", "target"), LINKS)
def test_a_link_leads_somewhere(document: Path, target: str) -> None:
    file, _, anchor = target.partition("#")
    found = (document.parent / file).resolve() if file else document
    assert found.exists()
    if anchor:
        assert anchor in anchors(found.read_text())


def test_there_are_links() -> None:
    assert len(LINKS) > 20
