#!/bin/sh
# Builds a Debian sid root folder with Synapse (a real Matrix homeserver) in it, for the integration tests.
# Debian stable has no Synapse, hence sid; from the Debian mirror this machine's apt is set to. Needs root.
# Does nothing when it was built before. Takes one to two minutes and 750 MB.
#
#   test/support/provision-synapse.sh [cache folder]
#
# The cache folder is the argument, else $REACTOR_TEST_CACHE, else <tmp>/disinto-reactor-test-cache.
set -eu

name=synapse
cache=${1:-${REACTOR_TEST_CACHE:-${TMPDIR:-/tmp}/disinto-reactor-test-cache}}
. "$(dirname "$0")/provision-lib.sh"

home=$cache/synapse
root=$home/root
recipe=1

is_ready() { [ "$(cat "$home/ready" 2>/dev/null)" = "$recipe" ]; }

# In a mount namespace of its own, so that /proc is never left mounted behind.
install_synapse() {
  unshare --mount --propagation private sh -eu -c '
    mount -t proc proc "$1/proc"
    chroot "$1" sh -eu -c "
      export DEBIAN_FRONTEND=noninteractive LC_ALL=C
      echo matrix-synapse matrix-synapse/server-name string localhost | debconf-set-selections
      echo matrix-synapse matrix-synapse/report-stats boolean false | debconf-set-selections
      apt-get update -qq
      apt-get install -qq -y --no-install-recommends matrix-synapse
      apt-get clean
    "
  ' sh "$root" >&2
}

is_ready && exit 0
one_at_a_time "$home"
is_ready && exit 0

find_mirror
install_debootstrap
say "building $root from $mirror"
rm -rf "$root" "$home/ready"
debootstrap --variant=minbase --include=ca-certificates sid "$root" "$mirror" >"$home/debootstrap.log" 2>&1 ||
  fail "debootstrap failed, see $home/debootstrap.log"
prepare_root "$root"
install_synapse >"$home/install.log" 2>&1 || fail "installing matrix-synapse failed, see $home/install.log"
echo "$recipe" >"$home/ready"
say "ready: $(chroot "$root" dpkg-query -W matrix-synapse)"
