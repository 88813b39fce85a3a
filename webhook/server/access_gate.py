"""Who may see the report: a gate before its routes. 401 and 403 are kept apart, and each is always the same bytes.

A dependency of FastAPI: ``APIRouter(dependencies=[Depends(gate)])`` lets none of the router's routes be forgotten. It
raises AccessRefused, which ``answer_refused`` answers; an application that does not know of it answers 500, and no
report.
"""

import math
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from fastapi import Request, Response
from fastapi.responses import PlainTextResponse

from webhook.access.presented_token import presented_token
from webhook.access.reviewer import API_SERVER, AUDIENCE, AccessReviewer, CannotAsk, TooMany
from webhook.server.once_a_minute import OnceAMinute

MAX_PATH = 256
"""Characters. No path of ours is longer, and permission is asked for the path that was sent."""
_LONGEST_WAIT = 60
"""Seconds that a caller is asked to wait at most."""


class Outcome(StrEnum):
    """How it went, for counting."""

    LET_IN = "let in"
    CLOSED = "closed"
    BAD_PATH = "bad path"
    NO_GOOD_TOKEN = "no good token"  # noqa: S105 -- no password, but the want of one
    FORBIDDEN = "forbidden"
    TOO_MANY = "too many"
    NOT_ASKED = "not asked"


@dataclass(frozen=True, slots=True)
class Refusal:
    """What is answered instead of a report."""

    outcome: Outcome
    status: int
    text: str
    headers: tuple[tuple[str, str], ...] = ()


class AccessRefused(Exception):
    """Raised instead of letting a request in."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.text)
        self.refusal = refusal


_CLOSED = Refusal(Outcome.CLOSED, 403, "the report is open on loopback only")
_BAD_PATH = Refusal(Outcome.BAD_PATH, 400, "the path is too long")
_NO_GOOD_TOKEN = Refusal(
    Outcome.NO_GOOD_TOKEN,
    401,
    f"a token for the audience {AUDIENCE} is needed, as bearer token or as the password of basic authentication",
    # Two headers: browsers read one scheme from each.
    (("www-authenticate", "Bearer"), ("www-authenticate", f'Basic realm="{AUDIENCE}"')),
)
_FORBIDDEN = Refusal(
    Outcome.FORBIDDEN,
    403,
    "the token is good, but its account may not get this path: a nonResourceURL in a ClusterRole",
)


class AccessGate:
    """Lets requests in. What is decided is counted; a token is never said, logged or kept."""

    def __init__(
        self,
        reviewer: AccessReviewer | None,
        *,
        api_server_tokens: bool = False,
        otherwise: Refusal | None = _CLOSED,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Ask ``reviewer``, which bounds by itself how much is asked; where there is none, answer ``otherwise``.

        With ``api_server_tokens`` a token that is good for the API server is taken too.
        """
        self.outcomes: Counter[Outcome] = Counter()
        self._reviewer = reviewer
        self._audiences = ((AUDIENCE,), API_SERVER) if api_server_tokens else ((AUDIENCE,),)
        self._otherwise = otherwise
        self._not_known = OnceAMinute("access not known", monotonic)

    @classmethod
    def open(cls) -> Self:
        """Return one that lets everybody in: for loopback, and where the user says so."""
        return cls(None, otherwise=None)

    @classmethod
    def closed(cls) -> Self:
        """Return one that lets nobody in: where others can reach us, and there is no cluster to ask."""
        return cls(None)

    async def __call__(self, request: Request) -> None:
        """Return if the request may go on. Raises AccessRefused."""
        if (refusal := await self.examine(request.scope["headers"], request.scope["path"])) is not None:
            raise AccessRefused(refusal)

    async def examine(self, headers: Iterable[tuple[bytes, bytes]], path: str) -> Refusal | None:
        """Return what to answer instead of what is at ``path``; None lets the request in."""
        refusal = await self._ask(self._reviewer, headers, path) if self._reviewer else self._otherwise
        self.outcomes[refusal.outcome if refusal else Outcome.LET_IN] += 1
        return refusal

    async def _ask(self, reviewer: AccessReviewer, headers: Iterable[tuple[bytes, bytes]], path: str) -> Refusal | None:
        if len(path) > MAX_PATH:
            return _BAD_PATH
        token = presented_token(headers)
        if token is None:
            return _NO_GOOD_TOKEN
        try:
            for audiences in self._audiences:
                user = await reviewer.authenticate(token, audiences)
                if user is not None:
                    return None if await reviewer.may(user, "get", path) else _FORBIDDEN
        except TooMany as failure:
            return _later(Outcome.TOO_MANY, 429, "too many questions of who may see the report", failure)
        except CannotAsk as failure:
            self._not_known.warn(str(failure))
            return _later(Outcome.NOT_ASKED, 503, "the API server does not say who may see the report", failure)
        return _NO_GOOD_TOKEN


def _later(outcome: Outcome, status: int, text: str, failure: CannotAsk) -> Refusal:
    seconds = min(max(1, math.ceil(failure.retry_after)), _LONGEST_WAIT)
    return Refusal(outcome, status, f"{text}; try again", (("retry-after", str(seconds)),))


async def answer_refused(_: Request, error: Exception) -> Response:
    """Answer a request that was not let in: a line of text, for nobody to keep."""
    if not isinstance(error, AccessRefused):
        raise error
    response = PlainTextResponse(f"{error.refusal.text}\n", error.refusal.status, {"cache-control": "no-store"})
    for name, value in error.refusal.headers:
        response.headers.append(name, value)
    return response
