#!/bin/sh
# The contract test calls every function of the header.
#   check_coverage.sh HEADER TEST
set -eu
missing=$(grep -oE '\bpt_[a-z0-9_]+\(' "$1" | sort -u | while read -r call; do
  grep -qF "$call" "$2" || printf '%s) ' "$call"
done)
[ -z "$missing" ] || { echo "never called by the contract test: $missing"; exit 1; }
