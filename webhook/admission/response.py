"""The AdmissionReview that goes out. HTTP 200 whether it allows or denies; the code for the user is inside.

The API server treats another uid, apiVersion or kind than it sent as a failed call, and so a patch from a validating
webhook; ``status`` counts only beside ``allowed: false``. Source: VerifyAdmissionResponse in the API server's webhook
request package.
"""

import msgspec
from msgspec import UNSET, Struct, UnsetType

from webhook.admission import messages
from webhook.admission.decision import ALLOWED, Decision
from webhook.admission.review import API_VERSION, KIND
from webhook.policy.policy import Policy


class _Status(Struct):
    message: str
    code: int
    reason: str


class _Response(Struct, rename="camel"):
    uid: str
    allowed: bool
    status: _Status | UnsetType = UNSET
    warnings: list[str] | UnsetType = UNSET
    audit_annotations: dict[str, str] | UnsetType = UNSET


class _Review(Struct, rename="camel"):
    api_version: str
    kind: str
    response: _Response


_encoder = msgspec.json.Encoder()


def encode_response(uid: str, decision: Decision, policy: Policy) -> bytes:
    """Write the answer to the request ``uid``."""
    response = _Response(uid, decision.allowed)
    if decision is not ALLOWED:
        if not decision.allowed:
            response.status = _Status(messages.explain(decision, policy), 403, "Forbidden")
        response.warnings = messages.warnings(decision, policy) or UNSET
        response.audit_annotations = messages.audit_annotations(decision, policy) or UNSET
    return _encoder.encode(_Review(API_VERSION, KIND, response))
