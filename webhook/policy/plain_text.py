"""Text from a cluster or a request, made safe to show: in a terminal, a log line or an HTTP header."""

_ELLIPSIS = "…"
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def plain(text: str, limit: int = 253) -> str:
    """Return ``text`` with every unprintable character replaced, at most ``limit`` characters long.

    Newlines forge log lines, escapes drive terminals, bidirectional marks reorder what is read, and the
    API server drops a warning that holds any control character. The default limit is that of an object's
    name in Kubernetes.
    """
    if len(text) > limit:
        text = text[: limit - 1] + _ELLIPSIS
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _REPLACEMENT for char in text)
