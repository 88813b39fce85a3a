"""Pods without a controller: by default nobody touches them, for they do not come back by themselves."""

import re
from enum import StrEnum

from webhook.recreation.cases import Case
from webhook.recreation.hindrances import Obstacle, unread_budgets
from webhook.recreation.plan import Hindrance, PlannedPod, Strategy
from webhook.recreation.planned import planned
from webhook.recreation.ways import Way, evict_notes, refusals, step_of

_ODD = re.compile(r"[^A-Za-z0-9.-]")


class Bare(StrEnum):
    """What is done with bare pods."""

    SKIP = "skip"
    EXPORT = "export"
    """Their manifests are written, and they are left alone."""
    RECREATE = "recreate"


def way_of_bare(case: Case, bare: Bare) -> Way:
    """Choose what is done with a bare pod."""
    (pod,) = case.unfit
    if pod.deleting:
        return Way(None, ((pod, Obstacle(Hindrance.BARE_POD, "somebody deletes it, and may not want it back")),))
    match bare:
        case Bare.SKIP:
            why = "no controller makes it anew: see --bare export and --bare recreate"
            return Way(None, ((pod, Obstacle(Hindrance.BARE_POD, why)),))
        case Bare.EXPORT:
            file = export_file(planned(pod))
            why = f"its manifest goes to {file}: delete the pod, then kubectl create -f that"
            return Way(None, ((pod, Obstacle(Hindrance.BARE_POD, why)),))
    obstacle = next(iter((*unread_budgets(case), *refusals(case.budgets_of(pod)))), None)
    if obstacle is not None:
        return Way(None, ((pod, obstacle),))
    notes = ("evicted, and created again from its saved manifest", *evict_notes(case))
    return Way(step_of(case, Strategy.MAKE_AGAIN, (planned(pod),), notes))


def export_file(pod: PlannedPod) -> str:
    """Return the name of the file, in the working directory, that takes a bare pod's manifest."""
    return _ODD.sub("_", f"{pod.namespace}.{pod.name}.pod.json")
