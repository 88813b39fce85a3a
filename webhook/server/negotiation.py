"""Which format a caller of the report gets: ``?format=`` says it, otherwise the Accept header does (RFC 9110)."""

from webhook.readiness.rendering import Format

_BY_MEDIA_TYPE = {one.nature.media_type: one for one in reversed(Format)} | {
    "*/*": Format.JSON,
    "application/*": Format.JSON,
    "text/*": Format.TABLE,
}


def acceptable(accept: str) -> Format | None:
    """Return the format that an Accept header wants most, None where it wants none that there is.

    No header is as ``*/*``. Among equals the first named wins, and what is named wins over a wildcard.
    """
    ranked = []
    for place, part in enumerate(accept.split(",")):
        media_type, *parameters = (piece.strip().lower() for piece in part.split(";"))
        quality = _quality(parameters)
        if quality > 0:
            ranked.append((-quality, "*" in media_type, place, media_type))
    wanted = [_BY_MEDIA_TYPE[media_type] for *_, media_type in sorted(ranked) if media_type in _BY_MEDIA_TYPE]
    if wanted:
        return wanted[0]
    return None if accept.strip() else Format.JSON


def takes_gzip(accept_encoding: str) -> bool:
    """Whether an Accept-Encoding header names gzip, and not to forbid it."""
    for part in accept_encoding.split(","):
        coding, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if coding == "gzip":
            return _quality(parameters) > 0
    return False


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return min(1.0, max(0.0, float(value)))
            except ValueError:
                return 0.0
    return 1.0
