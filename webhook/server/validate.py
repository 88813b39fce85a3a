"""``POST /validate``: the hot path. An ASGI endpoint that takes bytes and returns bytes.

Errors are split by blame: the caller's (400 and its kin, with a clear text), the object's (HTTP 200, a denial inside),
ours (500, so that the API server applies the failure policy).
"""

import time

from starlette.types import Receive, Scope, Send

from webhook.admission.decision import Decision
from webhook.admission.engine import Engine
from webhook.admission.response import encode_response
from webhook.admission.review import BadReview, Request, read_review
from webhook.inventory.known import KnownInventory
from webhook.server.asgi import answer, refuse
from webhook.server.body import BodyReader, BodyRefused, granted
from webhook.server.journal import Journal
from webhook.server.metrics.decisions import DecisionMetrics
from webhook.server.override_rights import OverrideRights


class ValidateEndpoint:
    """Answers admission reviews."""

    def __init__(
        self,
        engine: Engine,
        inventory: KnownInventory,
        overrides: OverrideRights,
        journal: Journal,
        metrics: DecisionMetrics,
    ) -> None:
        self.engine = engine
        """Replaced as a whole when the policy changes."""
        self._inventory = inventory
        self._overrides = overrides
        self._journal = journal
        self._metrics = metrics
        self._bodies = BodyReader()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one review."""
        began = time.monotonic()
        try:
            request = read_review(await self._bodies.read_json(scope, receive))
            decision = self.engine.decide(request)
            if decision.unseen is not None or decision.hangs_on_right:
                decision = await self._ask(request, decision, within=began + granted(scope) - time.monotonic())
            answered = encode_response(request.uid, decision, self.engine.policy)
            self._journal.decided(request, decision)
            self._metrics.decided(request, decision, time.monotonic() - began)
        except BadReview as error:
            await self._refuse(send, 400, str(error))
        except BodyRefused as error:
            await self._refuse(send, error.status, str(error))
        except Exception as error:  # noqa: BLE001 -- whatever it is, the caller gets no traceback and the log a place
            self._journal.failed(error)
            self._metrics.failed(500)
            await refuse(send, 500, "eci-upgrade-guard failed; its log says where")
        else:
            await answer(send, 200, answered)

    async def _ask(self, request: Request, decision: Decision, *, within: float) -> Decision:
        """Decide again with what the cluster says. The policy may be another by then: all is decided by the new one."""
        looked_up = right = None
        if (unseen := decision.unseen) is not None:
            whom = {"uid": unseen.uid, "namespace": unseen.namespace, "name": unseen.name}
            looked_up = await self._inventory.look_up(**whom, within=within)
        else:
            right = await self._overrides.right_of(request.user_info, within=within)
        return self.engine.decide(request, looked_up=looked_up, right=right)

    async def _refuse(self, send: Send, status: int, message: str) -> None:
        self._journal.refused(status, message)
        self._metrics.failed(status)
        await refuse(send, status, message)
