#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#   tools/node.sh COMMAND...
#
# Runs COMMAND with a Node that is new enough for the console's tools (20.19, or 22.12 and later) first in
# PATH: the machine's own, or one from npm, by the lock file of console/node, in build/node. Debian 12's
# Node is 18, so only npm itself has to run with that.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

new_enough() {
  local said major minor
  said=$("$1" --version 2>/dev/null) || return 1
  IFS=. read -r major minor _ <<<"${said#v}"
  [ "$major" -gt 22 ] || { [ "$major" -eq 22 ] && [ "$minor" -ge 12 ]; } ||
    { [ "$major" -eq 20 ] && [ "$minor" -ge 19 ]; }
}

# npm puts the package of this processor beside the lock file; its folder is the answer.
fetched() {
  local folder=$root/build/node found
  command -v npm >/dev/null || {
    echo "node.sh: neither Node 20.19 nor npm is here: apt-get install nodejs npm" >&2
    exit 1
  }
  mkdir -p "$folder"
  (
    flock 9
    if ! cmp -s "$root/console/node/package-lock.json" "$folder/fetched-lock.json"; then
      cp "$root"/console/node/package*.json "$folder/"
      npm ci --prefix "$folder" --ignore-scripts --no-audit --no-fund --loglevel=error >&2 || {
        echo "node.sh: npm could not get a newer Node; is its registry within reach?" >&2
        exit 1
      }
      cp "$folder/package-lock.json" "$folder/fetched-lock.json"
    fi
  ) 9>"$folder/.lock"
  found=$(find "$folder/node_modules" -path '*/bin/node' -type f 2>/dev/null | head -n 1)
  new_enough "$found" || {
    echo "node.sh: there is no Node of npm for this machine ($(uname -m)); install Node 22 by hand" >&2
    exit 1
  }
  dirname "$found"
}

[ "$#" -gt 0 ] || {
  echo "usage: tools/node.sh COMMAND..." >&2
  exit 64
}
if ! command -v node >/dev/null || ! new_enough node; then
  folder=$(fetched)
  export PATH=$folder:$PATH
fi
exec "$@"
