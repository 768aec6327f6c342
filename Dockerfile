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
 && /opt/dateline/bin/pip install --no-cache-dir --disable-pip-version-check '.[opensearch]' \
 && /opt/dateline/bin/pip uninstall --yes --quiet pip

FROM python:3.12-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin dateline \
 && mkdir /data && chown dateline: /data
COPY --from=build /opt/dateline /opt/dateline
ENV PATH=/opt/dateline/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 DATELINE_DATA=/data DATELINE_HOST=0.0.0.0
USER dateline
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
CMD ["dateline", "serve"]
