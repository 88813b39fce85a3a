# The guard as an image. The policy is mounted at /etc/eci-upgrade-guard; the pods are those of the cluster it runs in.
#
# Both bases have the Python of Debian 13 in the same place, so what is compiled for one runs on the other. Name mirrors of
# them here, with digests if you have them: --build-arg BUILD_IMAGE=... --build-arg RUNTIME_IMAGE=... Mirrors of Debian and
# of Python's packages can be set in a BUILD_IMAGE of yours (/etc/apt, /etc/pip.conf).
ARG BUILD_IMAGE=debian:13-slim
ARG RUNTIME_IMAGE=gcr.io/distroless/python3-debian13:nonroot

FROM ${BUILD_IMAGE} AS build
# Not pinned: Debian keeps the minor version, and takes a package away once there is a safer one.
# hadolint ignore=DL3008
RUN apt-get update && apt-get install --yes --no-install-recommends python3.13-venv && rm -rf /var/lib/apt/lists/*
WORKDIR /src
# Dependencies first: they change less often than the program, and a layer that is cached is not built again.
# Wheels alone: to build one would run code that nobody locked, and need compilers. The guard's own folder never has a pip.
COPY requirements/image.txt requirements/runtime.txt requirements/
RUN --mount=type=cache,target=/root/.cache/pip \
    python3.13 -m venv /opt/build && python3.13 -m venv --without-pip /opt/guard \
 && /opt/build/bin/pip install --no-compile --require-hashes --only-binary :all: --requirement requirements/image.txt \
 && /opt/build/bin/pip --python /opt/guard/bin/python install --no-compile \
    --require-hashes --only-binary :all: --requirement requirements/runtime.txt
COPY pyproject.toml README.md ./
COPY webhook webhook
COPY certs certs
# The earliest time that a wheel can hold, where the builder gives none: the same sources give the same files.
ARG SOURCE_DATE_EPOCH=315532800
# Bytecode that goes by no time of a file: nothing can be written where it runs, so bytecode that a copy with another
# time makes stale would be made anew at every start. The client's models are never read. Of the programs in bin only ours
# are kept.
RUN /opt/build/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /dist . \
 && /opt/build/bin/pip --python /opt/guard/bin/python install --no-compile --no-deps --no-index --find-links /dist \
    eci-upgrade-guard \
 && /opt/build/bin/cyclonedx-py environment --output-reproducible --output-file /opt/guard/sbom.cdx.json \
    /opt/guard/bin/python \
 && find /opt/guard/bin -type f ! -name '*eci*' -delete \
 && PYTHONHASHSEED=0 python3.13 -m compileall -f -q --invalidation-mode unchecked-hash \
    -x '/kubernetes/.*/models/[^_]' /opt/guard/lib \
 && find /opt/guard -exec touch --no-dereference --date="@${SOURCE_DATE_EPOCH}" {} +

FROM ${RUNTIME_IMAGE}
COPY --from=build /opt/guard /opt/guard
# Debian makes the bytecode of the standard library when it installs a package, and nothing is installed in this base.
USER 0:0
RUN ["/usr/bin/python3.13", "-m", "compileall", "-f", "-q", "--invalidation-mode", "unchecked-hash", "/usr/lib/python3.13"]
# Named by number, so that Kubernetes can tell that it is not root.
USER 65532:65532
# A Python of another minor version cannot run it, and is found out here. Nothing is written, here or later.
RUN ["/opt/guard/bin/eci-upgrade-guard", "--version"]
ARG RUNTIME_IMAGE
ARG VERSION=unknown
ARG REVISION=unknown
ARG SOURCE=unknown
LABEL org.opencontainers.image.title="eci-upgrade-guard" \
      org.opencontainers.image.description="Stops a Kubernetes upgrade that ECI pods would not survive, and tells which pods those are." \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.source="${SOURCE}" \
      org.opencontainers.image.base.name="${RUNTIME_IMAGE}"
EXPOSE 8443 8080
ENTRYPOINT ["/opt/guard/bin/eci-upgrade-guard"]
CMD ["serve", "--host", "0.0.0.0", "--policy", "/etc/eci-upgrade-guard/policy.yaml"]
