# The reactor as a sidecar. No build step: Node runs the TypeScript as it is.
FROM node:24-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts

# git is asked about clones and never fetches or pushes: its one program is all that is needed of 100 MB.
FROM node:24-slim AS git
RUN apt-get update && apt-get install -y --no-install-recommends git

FROM node:24-slim
LABEL com.disinto.managed="true"
COPY --from=git /usr/bin/git /usr/local/bin/git
# A volume takes over who may write from the folder it is mounted on, and which user this runs as is decided when it is started.
RUN git --version && mkdir -m 1777 /state /ops && mkdir /config \
  && printf '#!/bin/sh\nexec node /app/src/main.ts "$@"\n' >/usr/local/bin/reactor && chmod 755 /usr/local/bin/reactor
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY package.json ./
COPY src ./src
COPY rules ./rules
# reactor.toml is read from the working folder, if it is there.
WORKDIR /config
ENV NODE_ENV=production MALLOC_ARENA_MAX=1 REACTOR_HOME=/state REACTOR_LISTEN=0.0.0.0:8787
EXPOSE 8787
HEALTHCHECK --interval=30s --timeout=5s CMD ["node", "-e", "fetch('http://127.0.0.1:8787/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "--max-semi-space-size=2", "--max-old-space-size=1024", "/app/src/main.ts"]
CMD ["run"]
