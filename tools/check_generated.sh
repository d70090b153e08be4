#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Files that the program writes are committed and fresh.
#
#   tools/check_generated.sh [--write] [MADOGUCHID]
#
# docs/log-messages.md is tools/check_messages.py's; config/madoguchi.reference.toml has a unit test.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
write=no
if [ "${1-}" = --write ]; then
  write=yes
  shift
fi
binary=${1:-$root/build/release/madoguchid}
[ -x "$binary" ] || {
  echo "check_generated: there is no $binary; build it, or name it" >&2
  exit 2
}
fresh=$(mktemp)
trap 'rm -f "$fresh"' EXIT
"$binary" openapi >"$fresh"
python3 -m json.tool "$fresh" /dev/null

page=$root/docs/api/openapi.json
if [ "$write" = yes ]; then
  mkdir -p "${page%/*}"
  cat "$fresh" >"$page"
  "$root/tools/write_postman.py"
  "$root/tools/write_roles.py"
elif ! cmp -s "$fresh" "$page"; then
  diff -u "$page" "$fresh" | head -n 40 || true
  echo "check_generated: docs/api/openapi.json is stale; run tools/check_generated.sh --write" >&2
  exit 1
fi
"$root/tools/write_postman.py" --check
"$root/tools/write_roles.py" --check
echo "check_generated: ok"
