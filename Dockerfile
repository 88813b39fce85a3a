# The guard as an image. The policy is mounted at /etc/eci-upgrade-guard; the pods are those of the cluster it runs in.
FROM python:3.13-slim-trixie AS build
WORKDIR /src
RUN python -m venv /opt/guard
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
# Dependencies first: they change less often than the program, and a layer that is cached is not built again.
COPY requirements requirements
RUN python -m venv /opt/build && /opt/build/bin/pip install --require-hashes -r requirements/build.txt \
 && /opt/guard/bin/pip install --require-hashes -r requirements/runtime.txt
COPY pyproject.toml README.md ./
COPY webhook webhook
COPY certs certs
RUN /opt/build/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /dist . \
 && /opt/guard/bin/pip install --no-deps /dist/*.whl \
 && /opt/guard/bin/python -m compileall -q /opt/guard \
 && /opt/guard/bin/pip uninstall --yes pip

FROM python:3.13-slim-trixie
COPY --from=build /opt/guard /opt/guard
ENV PATH=/opt/guard/bin:$PATH
# Named by number, so that Kubernetes can tell that it is not root.
USER 65532:65532
# Nothing is written: the file system may be read-only.
EXPOSE 8443 8080
ENTRYPOINT ["/opt/guard/bin/eci-upgrade-guard"]
CMD ["serve", "--host", "0.0.0.0", "--policy", "/etc/eci-upgrade-guard/policy.yaml"]
