"""The sentence that answers "may I upgrade?" and says why."""

from webhook.inventory.inventory import Inventory
from webhook.policy.kubernetes_version import KubernetesVersion
from webhook.policy.plain_text import plain
from webhook.policy.verdict import Readiness, Verdict
from webhook.policy.wording import number, pods_against
from webhook.readiness.report import Counts


def summarise(readiness: Readiness, counts: Counts, inventory: Inventory, target: KubernetesVersion) -> str:
    """Word the readiness. Starts with it; what was exempted is never left unsaid."""
    exempt = counts.by_verdict[Verdict.EXEMPT]
    but = f" in namespace {plain(inventory.namespace, 63)}" if inventory.namespace else ""
    but += f", with {number(exempt, 'pod')} exempt" if exempt else ""
    match readiness:
        case Readiness.READY:
            none = f"no ECI pods, so nothing stands in the way of Kubernetes {target}"
            return f"Ready{but}: {pods_against(0, counts.eci_pods, target) if counts.eci_pods else none}"
        case Readiness.NOT_READY:
            found = pods_against(counts.by_verdict[Verdict.INCOMPATIBLE], counts.eci_pods, target)
            return f"Not ready{but}: {found}{_doubts('; ', counts, inventory)}"
        case Readiness.UNKNOWN:
            return f"Unknown{but}: {_doubts('', counts, inventory)}; Kubernetes {target} may not be safe"


def _doubts(before: str, counts: Counts, inventory: Inventory) -> str:
    doubts = []
    if unknown := counts.by_verdict[Verdict.UNKNOWN]:
        doubts.append(f"{number(unknown, 'pod')} could not be judged")
    if inventory.unreadable:
        doubts.append(f"{number(len(inventory.unreadable), 'object')} could not be read")
    if inventory.doubt:
        doubts.append(inventory.doubt)
    if inventory.cut:
        doubts.append("the list is cut (it has a continue token)")
    return before + ", ".join(doubts) if doubts else ""
