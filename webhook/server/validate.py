"""``POST /validate``: the hot path. An ASGI endpoint that takes bytes and returns bytes.

Errors are split by blame: the caller's (400 and its kin, with a clear text), the object's (HTTP 200, a denial inside),
ours (500, so that the API server applies the failure policy).
"""

from starlette.types import Receive, Scope, Send

from webhook.admission.engine import Engine
from webhook.admission.response import encode_response
from webhook.admission.review import BadReview, read_review
from webhook.server.asgi import answer, refuse
from webhook.server.body import BodyRefused, read_json_body
from webhook.server.journal import Journal


class ValidateEndpoint:
    """Answers admission reviews."""

    def __init__(self, engine: Engine, journal: Journal) -> None:
        self._engine = engine
        self._journal = journal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one review."""
        try:
            body = await read_json_body(scope, receive)
            answered = self._decide(body)
        except BadReview as error:
            await self._refuse(send, 400, str(error))
        except BodyRefused as error:
            await self._refuse(send, error.status, str(error))
        except Exception as error:  # noqa: BLE001 -- whatever it is, the caller gets no traceback and the log a place
            self._journal.failed(error)
            await refuse(send, 500, "eci-upgrade-guard failed; its log says where")
        else:
            await answer(send, 200, answered)

    def _decide(self, body: bytes) -> bytes:
        request = read_review(body)
        decision = self._engine.decide(request)
        answered = encode_response(request.uid, decision, self._engine.policy)
        self._journal.decided(request, decision)
        return answered

    async def _refuse(self, send: Send, status: int, message: str) -> None:
        self._journal.refused(status, message)
        await refuse(send, status, message)
