"""A pod list, as ``kubectl get pods -A -o json`` writes it, reduced to an inventory.

Each item is decoded on its own and reduced at once: one odd item costs itself alone, and what is held at any time is
the text and the facts kept (50,000 pods as kubectl writes them are 200 MB and more).
"""

import codecs
from datetime import datetime

import msgspec

from webhook.inventory.inventory import Inventory, Unreadable, in_order
from webhook.inventory.list_document import ListDocument, decoder
from webhook.inventory.pod_item import UnreadablePod, read_pod
from webhook.policy.evidence import EvidenceRules
from webhook.policy.plain_text import plain
from webhook.policy.pod_facts import PodFacts, facts_of
from webhook.policy.utf8 import is_utf8

_HINT = "expected the JSON of: kubectl get pods -A -o json"


class NotAPodList(ValueError):
    """Raised when a text is no list of pods as a whole. Its message does not repeat the text."""


def read_pod_list(data: bytes, rules: EvidenceRules, *, source: str, taken_at: datetime | None) -> Inventory:
    """Read a whole list. Raises NotAPodList; a single odd item never does."""
    envelope = _read_envelope(data)
    items = envelope.items or []
    pods: list[PodFacts] = []
    unreadable: list[Unreadable] = []
    namespaces = set()
    for index, item in enumerate(items):
        try:
            pod = read_pod(item)
            facts = facts_of(pod, rules)
        except UnreadablePod as error:
            unreadable.append(Unreadable(f"items[{index}]", str(error)))
            namespaces.add("")
        else:
            namespaces.add((pod.metadata and pod.metadata.namespace) or "")
            if facts is not None:
                pods.append(facts)
    return Inventory(
        source=source,
        taken_at=taken_at,
        pods=in_order(pods),
        examined=len(items),
        unreadable=tuple(unreadable),
        cut=bool(envelope.metadata and envelope.metadata.continue_),
        all_in=namespaces.pop() if len(namespaces) == 1 else "",
    )


def _read_envelope(data: bytes) -> ListDocument:
    data = data.removeprefix(codecs.BOM_UTF8)  # some editors and shells begin a text with it
    if not data or data.isspace():
        raise NotAPodList(f"the input is empty; {_HINT}")
    if not is_utf8(data):
        raise NotAPodList(f"not UTF-8; {_HINT}")
    try:
        envelope = decoder.decode(data)
    except msgspec.ValidationError as error:
        raise NotAPodList(f"not a list of pods: {error}; {_HINT}") from None
    except msgspec.DecodeError as error:
        raise NotAPodList(f"not JSON, or cut short: {error}; {_HINT}") from None
    except RecursionError:
        raise NotAPodList(f"nested too deeply; {_HINT}") from None
    if envelope.kind not in ("List", "PodList") or envelope.api_version not in (None, "v1"):
        kind = plain(envelope.kind, 63) if isinstance(envelope.kind, str) else "no kind"
        raise NotAPodList(f"not a list of pods ({kind}); {_HINT}")
    if envelope.items is msgspec.UNSET:
        raise NotAPodList(f"a list without items; {_HINT}")
    return envelope
