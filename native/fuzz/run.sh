#!/usr/bin/env bash
# Builds the fuzz target and runs it, if a clang with libFuzzer is installed.
#   run.sh [SECONDS] [libFuzzer's own options]
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-60}
build=target/native-fuzz

clang=
for candidate in clang++ clang++-{22..14}; do
  if echo 'extern "C" int LLVMFuzzerTestOneInput(const char *, unsigned long) { return 0; }' |
    "$candidate" -x c++ -fsanitize=fuzzer,address,undefined -o /dev/null - 2>/dev/null; then
    clang=$candidate
    break
  fi
done
if [ -z "$clang" ]; then
  echo "SKIPPED: fuzzing: no clang++ with its fuzzer runtime is installed" \
    "(Debian: apt install clang-14 libclang-rt-14-dev)"
  exit 0
fi

cmake -S . -B "$build" -DCMAKE_BUILD_TYPE=Release -DPANAMA_TORCH_FUZZ=ON \
  -DCMAKE_C_COMPILER="${clang/++/}" -DCMAKE_CXX_COMPILER="$clang"
cmake --build "$build" --target operators_fuzz
mkdir -p "$build/corpus"
# Allocations of more than 1 GiB fail with an error instead of ending the process.
ASAN_OPTIONS=allocator_may_return_null=1:max_allocation_size_mb=1024 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 \
  "$build/native/fuzz/operators_fuzz" -max_total_time="$seconds" -max_len=512 -len_control=0 -rss_limit_mb=4096 \
  -artifact_prefix="$build/" -print_final_stats=1 "${@:2}" "$build/corpus"
