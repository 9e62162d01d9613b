#!/bin/sh
# Checks that the stripped libraries in the native jars match the tested ones: they have the same exported symbols, the
# same needed libraries, unwind tables, and no folder of the build machine in their run path.
#   check_packaged.sh PACKAGE SHIM LIBTORCH_LIB LIBRARY...
set -eu
package=$1
shim=$2
libtorch=$3
shift 3

# Prints the exported and needed symbols with their versions, without addresses.
symbols() { nm -D --with-symbol-versions "$1" | sed 's/^[0-9a-f ]\{16\} //' | sort; }
sections() { readelf -SW "$1" | grep -oE ' \.(eh_frame|eh_frame_hdr|gcc_except_table|dynsym|gnu\.hash|gnu\.version_r) ' | sort; }

check() {
  original=$1
  packaged=$2
  [ "$(symbols "$original" | sha256sum)" = "$(symbols "$packaged" | sha256sum)" ] ||
    { echo "$packaged: its symbols differ from those of $original"; exit 1; }
  [ "$(sections "$original")" = "$(sections "$packaged")" ] ||
    { echo "$packaged: a section is missing that $original has"; exit 1; }
  paths=$(readelf -d "$packaged" | sed -n 's/.*R\(UN\)\{0,1\}PATH.*\[\(.*\)\]/\2/p')
  case $paths in
    '' | '$ORIGIN') ;;
    *) echo "$packaged: expected the run path \$ORIGIN or none, got: $paths"; exit 1 ;;
  esac
  [ "$(readelf -d "$original" | grep NEEDED)" = "$(readelf -d "$packaged" | grep NEEDED)" ] ||
    { echo "$packaged: needs other libraries than $original"; exit 1; }
  echo "$(basename "$packaged"): $(wc -c < "$original") bytes, packaged $(wc -c < "$packaged")"
}

check "$shim" "$package/shim/$(basename "$shim")"
preload=libpanama_torch_preload.so
check "$(dirname "$shim")/$preload" "$package/shim/$preload"
for library in "$@"; do
  check "$libtorch/$library" "$package/libtorch/$library"
done
"$(dirname "$0")/check_binary.sh" "$package/shim/$(basename "$shim")" "$package/libtorch"
