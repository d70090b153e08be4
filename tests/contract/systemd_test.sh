#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The units are well formed, as hardened as promised (S11), and say what the daemon relies on.
#
#   tests/contract/systemd_test.sh [SOURCE_DIR]
#
# Exit 77 (ctest: skipped) where systemd-analyze is missing.
set -eu

source=${1:-$(cd "$(dirname "$0")/../.." && pwd)}
units=$source/systemd
most_exposure=1.5

if ! command -v systemd-analyze >/dev/null; then
  echo "SKIPPED: systemd-analyze is not installed"
  exit 77
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
fail() {
  echo "FAILED: $*" >&2
  failed=1
}

# systemd-analyze wants every program of ExecStart= to exist and to be executable, and the daemon is
# not installed where tests run: so the copy that is verified starts /bin/true in its place. Manual
# pages (--man=no) are not installed either.
cp "$units"/*.service "$units"/*.socket "$work"/
sed -i 's|^ExecStart=/usr/bin/madoguchid |ExecStart=/bin/true |' "$work/madoguchid.service"
grep -q '^ExecStart=/bin/true ' "$work/madoguchid.service" || fail "ExecStart is not the daemon's"
# It exits 0 for some mistakes and only says them: any word is one.
said=$(systemd-analyze verify --man=no "$work"/*.service "$work"/*.socket 2>&1) ||
  fail "systemd-analyze verify"
said=$(printf '%s\n' "$said" | grep -F "$work" || true)
[ -z "$said" ] || fail "systemd-analyze verify says: $said"

# The check itself has to be able to fail.
mkdir "$work/broken"
sed 's/^ProtectHome=yes/ProtectHome=perhaps/; s/^RemoveIPC/RemoveIPX/' "$work/madoguchid.service" \
  >"$work/broken/madoguchid.service"
broken=$(systemd-analyze verify --man=no "$work/broken/madoguchid.service" 2>&1 || true)
case $broken in
  *RemoveIPX*) ;;
  *) fail "systemd-analyze verify does not notice an unknown setting here" ;;
esac

exposure=$(systemd-analyze security --offline=true --no-pager "$units/madoguchid.service" |
  sed -n 's/.*exposure level for [^:]*: \([0-9.]*\).*/\1/p')
echo "exposure of madoguchid.service: ${exposure:-unknown} (at most $most_exposure)"
awk -v got="${exposure:-99}" -v most="$most_exposure" 'BEGIN { exit !(got <= most) }' ||
  fail "madoguchid.service is exposed by more than $most_exposure"

# What the daemon relies on.
has() {
  grep -qxF "$2" "$units/$1" || fail "$1 lacks $2"
}
has madoguchid.service 'Type=notify'
has madoguchid.service 'ExecStart=/usr/bin/madoguchid --config=/etc/madoguchi/madoguchi.toml run'
has madoguchid.service 'LimitCORE=0'
has madoguchid.service 'StateDirectory=madoguchi'
has madoguchid.service 'RuntimeDirectory=madoguchi'
has madoguchid.socket 'FileDescriptorName=http'
has madoguchid-lmtp.socket 'FileDescriptorName=lmtp'
grep -q '^LoadCredential=master\.key' "$units/madoguchid.service" || fail "no master.key credential"
grep -q '^WatchdogSec=' "$units/madoguchid.service" || fail "no watchdog"

# The sockets and the defaults of the configuration name the same addresses.
reference=$source/config/madoguchi.reference.toml
for unit in madoguchid.socket madoguchid-lmtp.socket; do
  address=$(sed -n 's/^ListenStream=//p' "$units/$unit")
  grep -qxF "#listen = \"$address\"" "$reference" || fail "$unit listens elsewhere: $address"
done

# The users and folders are readable to the programs that make them, in a root of their own.
if command -v systemd-sysusers >/dev/null; then
  mkdir -p "$work/root/etc"
  systemd-sysusers --root="$work/root" "$units/madoguchi.sysusers.conf" >/dev/null 2>&1 ||
    fail "systemd-sysusers"
  grep -q '^madoguchi:' "$work/root/etc/passwd" || fail "systemd-sysusers made no user"
  if [ "$(id -u)" = 0 ] && command -v systemd-tmpfiles >/dev/null; then
    mkdir -p "$work/root/etc/madoguchi"
    : >"$work/root/etc/madoguchi/master.key"
    systemd-tmpfiles --root="$work/root" --create "$units/madoguchi.tmpfiles.conf" ||
      fail "systemd-tmpfiles"
    # A pipe of an MTA runs as this user and seals its mail while the daemon is down.
    user=$(sed -n 's/^madoguchi:[^:]*:\([0-9]*\):.*/\1/p' "$work/root/etc/passwd")
    owner=$(stat -c '%u %a' "$work/root/etc/madoguchi/master.key")
    [ "$owner" = "$user 400" ] || fail "the master key's owner and mode are $owner"
    mode=$(stat -c %a "$work/root/var/lib/madoguchi/spool" 2>/dev/null || echo none)
    [ "$mode" = 700 ] || fail "the spool's mode is $mode"
  fi
fi

[ "$failed" = 0 ] && echo "PASSED"
exit "$failed"
