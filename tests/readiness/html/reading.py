"""A page as a browser takes it apart: its tags, and what it says."""

from html.parser import HTMLParser
from typing import NamedTuple


class Tag(NamedTuple):
    """A tag and its attributes."""

    name: str
    attributes: dict[str, str | None]


class Page(HTMLParser):
    """What is on a page."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[Tag] = []
        self.said: list[str] = []
        self.code: dict[str, list[str]] = {"script": [], "style": []}
        self._inside = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(Tag(tag, dict(attrs)))
        self._inside = tag

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 -- HTMLParser passes it
        self._inside = ""

    def handle_data(self, data: str) -> None:
        self.code.get(self._inside, self.said).append(data)

    @property
    def words(self) -> str:
        """What a person reads, with single blanks."""
        return " ".join(" ".join(self.said).split())

    @property
    def shape(self) -> list[tuple[str, tuple[str, ...]]]:
        """The tags with the names of their attributes: what no text of a cluster may change."""
        return [(tag.name, tuple(tag.attributes)) for tag in self.tags]
