# syntax=docker/dockerfile:1
ARG PYTHON=3.13-slim-bookworm

FROM python:${PYTHON} AS libraries
WORKDIR /build
RUN python -m venv /opt/venv
# Only what decides about libraries, so that a change of code does not install them again.
COPY pyproject.toml requirements.lock ./
COPY dev/bootstrap.py dev/venv.py
RUN python dev/bootstrap.py --list > requirements.txt \
    && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps --require-hashes \
        -r requirements.txt

FROM python:${PYTHON} AS runtime
# Pango, HarfBuzz and a font draw the PDFs; without a font Pango ends the process.
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        fonts-dejavu-core libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin loopwright \
    && install -d -o loopwright -g loopwright /media /run/loopwright
COPY --from=libraries /opt/venv /opt/venv
WORKDIR /srv/loopwright
COPY . .
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    LOOPWRIGHT_DATA_DIR=/srv/loopwright/var \
    LOOPWRIGHT_MEDIA_ROOT=/media \
    LOOPWRIGHT_DB_POOL=8 \
    OMP_NUM_THREADS=1 \
    OPENBLAS_NUM_THREADS=1
# The values only let the settings load while files are collected; the running container brings its own.
RUN mkdir -p var \
    && SECRET_KEY=build DATABASE_URL=postgres://build@build/build \
        python manage.py collectstatic --noinput --verbosity=0
USER loopwright
VOLUME /media
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=4 \
    CMD ["python", "docker/healthcheck.py"]
CMD ["gunicorn", "config.wsgi:application", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", \
     "--workers", "2", "--threads", "8", "--timeout", "60", "--graceful-timeout", "20", \
     "--worker-tmp-dir", "/dev/shm", "--no-control-socket", "--access-logfile", "-"]
