#!/bin/sh
# Builds a Debian sid root folder with Synapse (a real Matrix homeserver) in it, for the integration tests.
# Debian stable has no Synapse, hence sid; from the Debian mirror this machine's apt is set to. Needs root.
# Does nothing when it was built before. Takes one to two minutes and 750 MB.
#
#   test/support/provision-synapse.sh [cache folder]
#
# The cache folder is the argument, else $REACTOR_TEST_CACHE, else <tmp>/disinto-reactor-test-cache.
set -eu

cache=${1:-${REACTOR_TEST_CACHE:-${TMPDIR:-/tmp}/disinto-reactor-test-cache}}
home=$cache/synapse
root=$home/root
recipe=1

say() { echo "provision-synapse: $*" >&2; }
fail() {
  say "$*"
  exit 1
}

is_ready() { [ "$(cat "$home/ready" 2>/dev/null)" = "$recipe" ]; }

# The first Debian archive apt is set to, that is not the security one: whatever mirror the machine uses.
mirror_of_apt() {
  apt-get indextargets --format '$(ORIGIN) $(REPO_URI)' 'Created-By: Packages' |
    awk '$1 == "Debian" && $2 !~ /security/ { print $2; exit }'
}

install_tools() {
  command -v debootstrap >/dev/null && return
  say 'installing debootstrap'
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends debootstrap >&2
}

# Services must not start in there, and the mirror may be an old snapshot.
prepare_root() {
  printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
  chmod 755 "$root/usr/sbin/policy-rc.d"
  echo 'Acquire::Check-Valid-Until "false";' >"$root/etc/apt/apt.conf.d/99test"
  echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/99test"
  for file in /etc/apt/apt.conf.d/*proxy*; do
    [ -e "$file" ] && cp "$file" "$root/etc/apt/apt.conf.d/"
  done
  cp /etc/resolv.conf "$root/etc/resolv.conf"
}

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
[ "$(id -u)" = 0 ] || fail 'needs root (debootstrap and chroot). Run it as root, once.'
mkdir -p "$home"
exec 9>"$home/lock"
flock 9
is_ready && exit 0

mirror=$(mirror_of_apt)
[ -n "$mirror" ] || fail 'apt knows no Debian archive. Add one to /etc/apt/sources.list.d and run apt-get update.'
install_tools
say "building $root from $mirror"
rm -rf "$root" "$home/ready"
debootstrap --variant=minbase --include=ca-certificates sid "$root" "$mirror" >"$home/debootstrap.log" 2>&1 ||
  fail "debootstrap failed, see $home/debootstrap.log"
prepare_root
install_synapse >"$home/install.log" 2>&1 || fail "installing matrix-synapse failed, see $home/install.log"
echo "$recipe" >"$home/ready"
say "ready: $(chroot "$root" dpkg-query -W matrix-synapse)"
