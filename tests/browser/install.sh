#!/usr/bin/env bash
# Install what drives the browser into build/node, unless it is there, and
# print that folder. Several tests may ask at once.
set -eu
cd "$(dirname "$0")/../.."
folder="$PWD/build/node"
mkdir -p "$folder"
exec 9>"$folder/.lock"
flock 9
if ! cmp -s tests/browser/package-lock.json \
  "$folder/node_modules/.campuspass-lock"; then
  cp tests/browser/package.json tests/browser/package-lock.json "$folder"
  (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund) >&2
  cp tests/browser/package-lock.json "$folder/node_modules/.campuspass-lock"
fi
echo "$folder"
