# The wheel is built in one stage and installed in the other, so that no build tool is in what runs.
FROM python:3.12-slim-bookworm AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY search search
COPY indexer indexer
COPY web web
# A private mirror of packages is named by the secret "pipconf", which leaves nothing in a layer.
RUN --mount=type=secret,id=pipconf,target=/run/secrets/pip.conf,required=false \
    python -m venv /opt/dateline \
 && if [ -e /run/secrets/pip.conf ]; then export PIP_CONFIG_FILE=/run/secrets/pip.conf; fi \
 && /opt/dateline/bin/pip install --no-cache-dir --disable-pip-version-check --quiet --upgrade 'pip>=25.1' \
 && /opt/dateline/bin/pip install --no-cache-dir --disable-pip-version-check '.[opensearch]' \
 && /opt/dateline/bin/pip uninstall --yes --quiet pip

FROM python:3.12-slim-bookworm
# Platforms that run a container as any user put it into group 0, which therefore has the data, too.
RUN groupadd --gid 10001 dateline \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin dateline \
 && mkdir /data && chown 10001:0 /data && chmod 2775 /data
COPY --from=build /opt/dateline /opt/dateline
ENV PATH=/opt/dateline/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 DATELINE_DATA=/data DATELINE_SERVER_HOST=0.0.0.0
# As numbers, by which a cluster can see that it is not root.
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
CMD ["dateline", "serve"]
