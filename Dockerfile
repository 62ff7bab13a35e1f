# The reactor as a sidecar. No build step: Node runs the TypeScript as it is.
FROM node:24-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts

FROM node:24-slim
LABEL com.disinto.managed="true"
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY package.json ./
COPY src ./src
COPY rules ./rules
ENV NODE_ENV=production MALLOC_ARENA_MAX=1 REACTOR_HOME=/state REACTOR_LISTEN=0.0.0.0:8787 REACTOR_CONFIG=/config/reactor.toml
EXPOSE 8787
HEALTHCHECK --interval=30s --timeout=5s CMD ["node", "-e", "fetch('http://127.0.0.1:8787/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "--max-semi-space-size=2", "--max-old-space-size=1024", "src/main.ts"]
CMD ["run"]
