#!/bin/sh
# Prints the licences in a libtorch wheel as one text, each once, after the names of the parts that it covers:
#   cmake/libtorch-licenses.sh torch-2.13.0+cpu-....whl > cmake/libtorch-2.13.0-licenses.txt
set -eu
export LC_ALL=C
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
unzip -q "$1" '*.dist-info/licenses/*' -d "$folder"
cd "$folder"/*.dist-info/licenses

cat <<'END'
The licences of libtorch and of what is linked into it, as they come with PyTorch's wheel. Beside these:
libgomp is part of GCC (https://gcc.gnu.org), under the GNU General Public License, version 3, with the GCC
Runtime Library Exception, version 3.1; libtorch_cpu for x86_64 holds parts of Intel oneMKL, under the Intel
Simplified Software License.
END
find . -type f | sort | while read -r file; do
  echo "$(sha256sum < "$file" | cut -c 1-64) ${file#./}"
done | sort -s -k 1,1 | awk '{
  if ($1 != last) { if (NR > 1) print ""; printf "%s", $2 } else printf " %s", $2
  last = $1
} END { print "" }' | sort | while read -r first others; do
  printf '\n%s\n' '================================================================================'
  printf '%s\n' "$first" $others
  printf '%s\n\n' '--------------------------------------------------------------------------------'
  cat "$first"
done
