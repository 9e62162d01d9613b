#!/bin/sh
# Checks that the contract test calls every function of the headers.
#   check_coverage.sh TEST HEADER...
set -eu
test=$1
shift
functions=$(grep -ohE '\bpt_[a-z0-9_]+\(' "$@")
missing=$(echo "$functions" | sort -u | while read -r function; do
  grep -qF "$function" "$test" || printf '%s) ' "$function"
done)
[ -z "$missing" ] || { echo "never called by the contract test: $missing"; exit 1; }
