# The Nabij service and its command line, without the demo and the SDK.

FROM node:24-bookworm-slim AS page
WORKDIR /src/sdk/web
COPY sdk/web/package.json sdk/web/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY sdk/web ./
RUN npm run build

FROM python:3.11-slim-bookworm AS build
WORKDIR /src
ENV UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
COPY requirements.lock ./
# The lock is the only place that pins a version: uv's own entry is cut out of it.
RUN sed -n '/^uv==/,/^ *#/p' requirements.lock > uv.txt \
    && python -m pip install --no-cache-dir --require-hashes --requirement uv.txt
COPY geo geo
COPY consent consent
COPY backend backend
COPY --from=page /src/backend/nabij_backend/web/static backend/nabij_backend/web/static
RUN for folder in geo consent backend; do \
        uv build --wheel --out-dir wheels --build-constraints requirements.lock --require-hashes "$folder" || exit; \
    done
# Registers in CSV need no GDAL; other formats do: docker compose build --build-arg GDAL=yes
ARG GDAL=""
RUN python -m venv --without-pip /opt/nabij \
    && uv pip install --python /opt/nabij --compile-bytecode \
        --constraints requirements.lock --verify-hashes --no-cache wheels/*.whl ${GDAL:+pyogrio}

FROM python:3.11-slim-bookworm
RUN useradd --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin nabij
RUN install --directory --owner=10001 --group=10001 --mode=700 \
    /var/lib/nabij/signing /var/lib/nabij/ledger
COPY --from=build /opt/nabij /opt/nabij
ENV PATH=/opt/nabij/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
ENTRYPOINT ["nabij"]
CMD ["serve", "--host", "0.0.0.0"]
