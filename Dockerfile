# syntax=docker/dockerfile:1
# One image for every role. `docker build --build-arg EXTRAS=telegram .` leaves Slack's SDK out.
ARG PYTHON=3.13

FROM python:${PYTHON}-slim AS build
ARG EXTRAS=slack,telegram,postgres,sense
WORKDIR /src
COPY requirements.lock ./
# What the lock names, held to its hashes; then of that only what the extras need is installed.
RUN pip download --no-cache-dir --require-hashes --dest /wheels --requirement requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY config config
COPY content content
COPY bot bot
RUN python -m venv /opt/aiwork \
 && /opt/aiwork/bin/pip install --no-cache-dir --no-index --find-links /wheels ".[${EXTRAS}]" \
 && /opt/aiwork/bin/python -m compileall -q /opt/aiwork/lib

FROM python:${PYTHON}-slim
RUN useradd --system --uid 10001 --home-dir /var/lib/aiwork --create-home aiwork
COPY --from=build /opt/aiwork /opt/aiwork
ENV PATH=/opt/aiwork/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    AIWORK_DATA_DIR=/var/lib/aiwork \
    PORT=8080
WORKDIR /var/lib/aiwork
USER aiwork
VOLUME /var/lib/aiwork
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
  CMD ["python", "-m", "bot", "alive"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
