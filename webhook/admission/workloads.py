"""Rule for new workloads: does the pod template declare a platform version that fits the target?

Fields: spec.template, of a CronJob spec.jobTemplate.spec.template. A template that declares nothing is fine. Every pod
made from one that pins an old version would be refused, or would run on it; said here, its author hears it.
"""

import msgspec
from msgspec import Struct

from webhook.admission.objection import Objection, Surface
from webhook.admission.pods import judge_declared
from webhook.admission.review import Request, decode
from webhook.policy.evidence import NamespaceSign
from webhook.policy.pod_document import PodDocument
from webhook.policy.policy import Policy


class _Metadata(Struct, frozen=True, rename="camel"):
    name: str | None = None
    generate_name: str | None = None


class _JobSpec(Struct, frozen=True):
    template: PodDocument | None = None


class _JobTemplate(Struct, frozen=True):
    spec: _JobSpec | None = None


class _WorkloadSpec(Struct, frozen=True, rename="camel"):
    template: PodDocument | None = None
    job_template: _JobTemplate | None = None


class _Workload(Struct, frozen=True):
    kind: str | None = None
    metadata: _Metadata | None = None
    spec: _WorkloadSpec | None = None


_decoder = msgspec.json.Decoder(_Workload)


def judge_new_workload(request: Request, policy: Policy, namespace_sign: NamespaceSign) -> Objection | None:
    """Judge a workload at CREATE. Raises BadReview."""
    workload = decode(_decoder, request.object, "request.object")
    template = _template_of(workload)
    if template is None:
        return None
    metadata = workload.metadata or _Metadata()
    return judge_declared(
        template,
        policy,
        namespace_sign,
        surface=Surface.WORKLOADS,
        kind=workload.kind or request.resource.resource,
        namespace=request.namespace or "",
        name=metadata.name or request.name or f"{metadata.generate_name or ''}*",
    )


def _template_of(workload: _Workload) -> PodDocument | None:
    spec = workload.spec
    if spec is None:
        return None
    if spec.job_template is not None:
        job = spec.job_template.spec
        return None if job is None else job.template
    return spec.template
