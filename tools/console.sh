#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The web console's one tool:
#
#   tools/console.sh install         what package-lock.json names, into console/node_modules
#   tools/console.sh build FOLDER    built, compressed, and as sources for the daemon, in FOLDER
#   tools/console.sh check           types of the API fresh, types right, unit tests pass
#   tools/console.sh generate        src/api/schema.d.ts from docs/api/openapi.json
#   tools/console.sh dev [URL]       Vite's server, before the daemon at URL (http://127.0.0.1:8080)
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
console=$root/console
schema=src/api/schema.d.ts

tool() {
  local name=$1
  shift
  (cd "$console" && "$root/tools/node.sh" node "node_modules/$name" "$@")
}

# One at a time, and only when the lock file is another one than last time.
install() {
  local mark=$console/node_modules/.madoguchi-lock.json
  mkdir -p "$root/build"
  (
    flock 9
    cmp -s "$console/package-lock.json" "$mark" && exit 0
    command -v npm >/dev/null || {
      echo "console.sh: npm is missing: apt-get install npm, or build with -DMADOGUCHI_CONSOLE=OFF" >&2
      exit 1
    }
    (cd "$console" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) >&2 || {
      echo "console.sh: npm could not install the console's packages; -DMADOGUCHI_CONSOLE=OFF" \
        "builds without it" >&2
      exit 1
    }
    cp "$console/package-lock.json" "$mark"
  ) 9>"$root/build/.console.lock"
}

types_into() {
  tool openapi-typescript/bin/cli.js "$root/docs/api/openapi.json" -o "$1" >/dev/null
  sed -i '1i // SPDX-License-Identifier: Apache-2.0' "$1"
}

check() {
  local fresh
  fresh=$(mktemp --suffix=.d.ts)
  # shellcheck disable=SC2064 # the name of now
  trap "rm -f '$fresh'" EXIT
  types_into "$fresh"
  cmp -s "$fresh" "$console/$schema" || {
    echo "console.sh: console/$schema is stale; run tools/console.sh generate" >&2
    exit 1
  }
  tool svelte-check/bin/svelte-check --tsconfig ./tsconfig.json --fail-on-warnings
  tool vitest/vitest.mjs run
}

case ${1-} in
install) install ;;
build)
  [ -n "${2-}" ] || { echo "usage: tools/console.sh build FOLDER" >&2; exit 64; }
  mkdir -p "$2"
  folder=$(cd "$2" && pwd)
  install
  tool vite/bin/vite.js build --outDir "$folder/dist" --emptyOutDir --logLevel warn
  tool ../tools/embed.mjs "$folder/dist" "$folder"
  ;;
check)
  install
  check
  ;;
generate)
  install
  types_into "$console/$schema"
  ;;
dev)
  install
  MADOGUCHI_URL=${2:-http://127.0.0.1:8080} tool vite/bin/vite.js
  ;;
*)
  sed -n '3,10s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
  exit 64
  ;;
esac
