#!/usr/bin/env bash
# Generates the bindings from the header. README.md says how to build jextract.
set -euo pipefail
cd "$(dirname "$0")"
jextract=${JEXTRACT:-jextract}
header=../native/include/panama_torch.h

command -v "$jextract" >/dev/null || {
  echo "generate.sh: no '$jextract' on PATH; set JEXTRACT to its path (see bindings/README.md)" >&2
  exit 2
}

# Other versions of jextract generate different code.
expected=$(cat jextract.version)
version=$("$jextract" --version 2>&1 | head -n 1)
[ "$version" = "$expected" ] || {
  echo "generate.sh: expected '$expected', got '$version' from $jextract (see bindings/README.md)" >&2
  exit 2
}

# The symbols to generate: those that the header itself declares, without the headers that it includes. Opaque structs
# are passed as MemorySegment.
includes=$(mktemp)
trap 'rm -f "$includes"' EXIT
"$jextract" --dump-includes "$includes" --output "$(dirname "$includes")/unused" "$header" 2>/dev/null
{
  echo "--target-package panama.torch.internal.ffi"
  echo "--header-class-name PanamaTorch"
  grep -oE '^--include-(function|struct|constant|typedef) (pt_|PT_)[A-Za-z0-9_]+' "$includes" |
    grep -vE ' (PT_API|pt_tensor|pt_error|pt_operator|pt_generator)$' | LC_ALL=C sort
} >jextract.args

rm -rf java
"$jextract" @jextract.args --output java "$header"
sha256sum "$header" "${header%.h}_operators.h" | sed 's#  .*/#  #' >headers.sha256
