# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Sourced by run, test and .ci/run: installs what tools/packages.txt names and this machine lacks.
# `root` is set by whoever sources this: the folder of the checkout.
: "${root:?}"

say() { printf '%s\n' "$*"; }
die() {
  printf '%s: %s\n' "${0##*/}" "$1" >&2
  shift
  for hint in "$@"; do printf '  %s\n' "$hint" >&2; done
  exit 1
}

# packages_of SECTION...: the names, one a line; behind a name may be the command that it is needed
# for, which others may have brought.
packages_of() {
  local section
  for section in "$@"; do
    awk -v wanted="[$section]" '
      /^\[/ { on = ($0 == wanted); next }
      on && NF && $1 !~ /^#/' "$root/tools/packages.txt"
  done
}

missing_of() {
  local name command
  packages_of "$@" | while read -r name command; do
    [ -n "$command" ] && command -v "$command" >/dev/null && continue
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null)" = installed ] ||
      printf '%s\n' "$name"
  done
}

# Installs in a subshell whose end, however it comes, takes the guard away again: packages of servers
# would start their system instances, which nothing here uses.
install_missing() (
  mapfile -t missing < <(missing_of "$@")
  [ "${#missing[@]}" -gt 0 ] || exit 0
  command -v apt-get >/dev/null ||
    die "these Debian packages are needed: ${missing[*]}" \
      "There is no apt-get here: run this on Debian 12 or 13."
  as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null ||
      die "these Debian packages are missing: ${missing[*]}" \
        "Install them as root (apt-get install …), or run this as root."
    as_root=(sudo)
  fi
  say "Installing ${#missing[@]} Debian packages: ${missing[*]}"
  guard=/usr/sbin/policy-rc.d
  if [ ! -e "$guard" ]; then
    trap '"${as_root[@]}" rm -f "$guard"' EXIT
    trap 'exit 130' INT TERM HUP
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$guard" >/dev/null
    "${as_root[@]}" chmod 755 "$guard"
  fi
  apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y
    -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0)
  install=("${apt[@]}" install --no-install-recommends "${missing[@]}")
  # Lists may be old or absent: ask for new ones only when the first try fails.
  if ! said=$("${install[@]}" 2>&1) && ! said=$("${apt[@]}" update 2>&1 && "${install[@]}" 2>&1); then
    printf '%s\n' "$said" >&2
    die "apt-get could not install ${missing[*]}" \
      "See its words above; this needs Debian 12 or 13 and a mirror that can be reached."
  fi
)

# build PRESET TARGET...: configures once, then builds what is not fresh.
build() {
  local preset=$1
  shift
  local said
  if [ ! -e "$root/build/$preset/build.ninja" ] &&
    ! said=$(cd "$root" && cmake --preset "$preset" 2>&1); then
    printf '%s\n' "$said" >&2
    die "cmake could not configure build/$preset" "See its words above."
  fi
  ninja -C "$root/build/$preset" "$@" ||
    die "the build failed" "See the first error above; rm -r build/$preset starts over."
}
