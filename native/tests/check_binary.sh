#!/bin/sh
# Checks that the shim exports only pt_*, looks for libraries only in its own folder, and requires no newer versions of
# the C and C++ libraries than libtorch does.
#   check_binary.sh SHIM LIBTORCH_LIB
set -eu
shim=$1
libtorch=$2

strays=$(nm -D --defined-only "$shim" | awk '{print $3}' | grep -v '^pt_' || true)
[ -z "$strays" ] || { echo "exported symbols other than pt_*: $strays"; exit 1; }

paths=$(readelf -d "$shim" | sed -n 's/.*R\(UN\)\{0,1\}PATH.*\[\(.*\)\]/\2/p')
[ "$paths" = '$ORIGIN' ] || { echo "expected the run path \$ORIGIN, got: $paths"; exit 1; }

# Prints the newest version of a symbol family that the given files need.
newest() {
  family=$1
  shift
  readelf -V "$@" | grep -oE "Name: ${family}_[0-9.]+" | sed "s/Name: ${family}_//" | sort -uV | tail -n 1
}
for family in GLIBC GLIBCXX CXXABI GCC; do
  ours=$(newest "$family" "$shim")
  theirs=$(newest "$family" "$libtorch/libtorch_cpu.so" "$libtorch/libc10.so")
  last=$(printf '%s\n%s\n' "$ours" "$theirs" | sort -V | tail -n 1)
  [ "$last" = "$theirs" ] || { echo "needs ${family}_$ours; libtorch itself needs only ${family}_$theirs"; exit 1; }
  echo "$family: $ours needed, $theirs by libtorch"
done
