# The guard as an image. The policy is mounted at /etc/eci-upgrade-guard; the pods are those of the cluster it runs in.
#
# Name a mirror of the base, with its digest if you have that, by --build-arg BUILD_IMAGE=... Mirrors of Debian and of
# Python's packages can be set in it (/etc/apt, /etc/pip.conf).
ARG BUILD_IMAGE=debian:13-slim

FROM ${BUILD_IMAGE} AS build
ARG DEBIAN_FRONTEND=noninteractive
# Not pinned: Debian keeps the minor version, and takes a package away once there is a safer one.
# hadolint ignore=DL3008
RUN apt-get update && apt-get install --yes --no-install-recommends ca-certificates python3.13-venv
# The root of the image: Python's own packages and the libraries of all that is compiled, unpacked, with none of their
# scripts run. So it has no shell and no package manager, and by status.d scanners know what it has. Nothing in it can be
# changed but by root.
WORKDIR /packages
RUN apt-get download base-files netbase media-types libc6 libssl3t64 libzstd1 zlib1g libgcc-s1 libstdc++6 \
    libbz2-1.0 libexpat1 libffi8 liblzma5 libuuid1 libpython3.13-minimal libpython3.13-stdlib python3.13-minimal \
 && mkdir -p /image/var/lib/dpkg/status.d \
 && for package in *.deb; do \
      dpkg-deb --extract "$package" /image \
   && dpkg-deb --field "$package" > "/image/var/lib/dpkg/status.d/${package%%_*}" || exit 1; \
    done \
 && echo 'nonroot:x:65532:65532:nonroot:/nonexistent:/usr/sbin/nologin' > /image/etc/passwd \
 && cp --parents /etc/ssl/certs/ca-certificates.crt /image \
 && chmod --recursive go-w,a-st /image
WORKDIR /src
# Dependencies first: they change less often than the program, and a layer that is cached is not built again.
# Wheels alone: to build one would run code that nobody locked, and need compilers. The guard's own folder never has a pip.
COPY requirements/image.txt requirements/runtime.txt requirements/
RUN --mount=type=cache,target=/var/cache/pip \
    export PIP_CACHE_DIR=/var/cache/pip \
 && python3.13 -m venv /opt/build && python3.13 -m venv --without-pip /opt/guard \
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
 && PYTHONHASHSEED=0 python3.13 -m compileall -f -q --invalidation-mode unchecked-hash \
    -s /image -p / /image/usr/lib/python3.13 \
 && find /image /opt/guard -exec touch --no-dereference --date="@${SOURCE_DATE_EPOCH}" {} +

FROM scratch
COPY --from=build /image /
COPY --from=build /opt/guard /opt/guard
ENV LANG=C.UTF-8 SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt
# Named by number, so that Kubernetes can tell that it is not root.
USER 65532:65532
# Whether it has all that it is linked to is found out here. Nothing is written, here or later.
RUN ["/opt/guard/bin/eci-upgrade-guard", "--version"]
ARG VERSION=unknown
ARG REVISION=unknown
ARG SOURCE=unknown
LABEL org.opencontainers.image.title="eci-upgrade-guard" \
      org.opencontainers.image.description="Stops a Kubernetes upgrade that ECI pods would not survive, and tells which pods those are." \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.source="${SOURCE}"
EXPOSE 8443 8080
ENTRYPOINT ["/opt/guard/bin/eci-upgrade-guard"]
CMD ["serve", "--host", "0.0.0.0", "--policy", "/etc/eci-upgrade-guard/policy.yaml"]
