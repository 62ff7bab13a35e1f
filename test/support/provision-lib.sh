# What the provisioning scripts share; sourced by them, run by /bin/sh. `name` and `cache` are set before.

say() { echo "provision-$name: $*" >&2; }
fail() {
  say "$*"
  exit 1
}

# The first Debian archive apt is set to, that is not the security one: whatever mirror the machine uses.
mirror_of_apt() {
  apt-get indextargets --format '$(ORIGIN) $(REPO_URI)' 'Created-By: Packages' |
    awk '$1 == "Debian" && $2 !~ /security/ { print $2; exit }'
}

# Sets `mirror`. A machine that has not asked its archive yet knows none.
find_mirror() {
  mirror=$(mirror_of_apt)
  [ -n "$mirror" ] || { apt-get update -qq && mirror=$(mirror_of_apt); }
  [ -n "$mirror" ] || fail 'apt knows no Debian archive. Add one to /etc/apt/sources.list.d and run apt-get update.'
}

install_debootstrap() {
  command -v debootstrap >/dev/null && return
  say 'installing debootstrap'
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends debootstrap >&2
}

# Services must not start in the root folder $1, and the mirror may be an old snapshot.
prepare_root() {
  printf '#!/bin/sh\nexit 101\n' >"$1/usr/sbin/policy-rc.d"
  chmod 755 "$1/usr/sbin/policy-rc.d"
  echo 'Acquire::Check-Valid-Until "false";' >"$1/etc/apt/apt.conf.d/99test"
  echo force-unsafe-io >"$1/etc/dpkg/dpkg.cfg.d/99test"
  for file in /etc/apt/apt.conf.d/*proxy*; do
    [ -e "$file" ] && cp "$file" "$1/etc/apt/apt.conf.d/"
  done
  cp /etc/resolv.conf "$1/etc/resolv.conf"
}

# Waits for another run of the same script, then lets one at a time go on.
one_at_a_time() {
  [ "$(id -u)" = 0 ] || fail 'needs root (debootstrap and chroot). Run it as root, once.'
  mkdir -p "$1"
  exec 9>"$1/lock"
  flock 9
}
