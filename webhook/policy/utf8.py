"""Whether bytes are UTF-8 throughout: msgspec skips fields that nobody reads without looking at their text."""

import codecs

_PIECE = 1024 * 1024


def is_utf8(data: bytes) -> bool:
    """Tell it in pieces: of a large list a whole copy as text would be large too."""
    if data.isascii():
        return True
    decoder = codecs.getincrementaldecoder("utf-8")()
    view = memoryview(data)
    try:
        for start in range(0, len(data), _PIECE):
            decoder.decode(view[start : start + _PIECE], final=start + _PIECE >= len(data))
    except UnicodeDecodeError:
        return False
    return True
