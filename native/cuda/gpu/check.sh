#!/usr/bin/env bash
# Builds, checks and times the CUDA part on a machine with a GPU: one command, results in OUT as JSON lines and a table.
#   native/cuda/gpu/check.sh LLAMA [OUT]
# LLAMA: node-llama-cpp's llama/gitRelease.bundle, or a llama.cpp folder. Needs nvcc, cmake, ninja, g++, git, python3.
# ARCHS (default: this GPU's), NVCC and JOBS as of build.sh; SP_GPU_WORK keeps the build elsewhere than OUT/work.
# Ends with 0 when everything passed, 1 when something did not, 3 without a GPU.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
llama=$(realpath "${1:?usage: check.sh LLAMA [OUT]}")
if ! gpu=$(nvidia-smi --query-gpu=name,compute_cap,driver_version,memory.total --format=csv,noheader 2>/dev/null | head -n 1) ||
    [ -z "$gpu" ]; then
    echo "check.sh: no GPU: nvidia-smi is missing or knows of none" >&2
    exit 3
fi
out=$(mkdir -p "${2:-gpu-results}" && realpath "${2:-gpu-results}")
work=${SP_GPU_WORK:-$out/work}
echo "$gpu" | tee "$out/gpu.txt"
capability=$(cut -d, -f2 <<<"$gpu" | tr -d ' .')
ARCHS=${ARCHS:-$capability} "$here/../build.sh" "$llama" "$work" -DSP_GPU_CHECKS=ON -DGGML_CUDA_FA=OFF >"$out/build.log" 2>&1 || {
    tail -n 30 "$out/build.log" >&2
    exit 1
}
bin=$work/build/bin
stock=$work/build/stock
failures=()
# name, log, command: a check that fails is named at the end, and the others still run
check() {
    local name=$1 log=$2
    shift 2
    if "$@" >"$out/$log" 2>&1; then
        echo "ok    $name"
    else
        echo "FAIL  $name: $(tail -n 1 "$out/$log")"
        failures+=("$name")
    fi
}

check "kernels against the reference" kernels.txt "$bin/kernels-test"
if command -v compute-sanitizer >/dev/null; then
    for tool in memcheck racecheck initcheck synccheck; do
        check "compute-sanitizer $tool" "$tool.txt" \
            compute-sanitizer --tool "$tool" --error-exitcode 9 "$bin/kernels-test"
    done
else
    echo "none  compute-sanitizer is not installed: not checked"
fi
# the dense path: what our backend computes without sparse nodes, byte for byte what the stock one does
for type in q4_K q8_0 f16; do
    check "dense path runs, $type" "dense-$type.log" "$bin/decode-bench" --backend "$bin" --type "$type" --layers 2 --dump "$work/ours.bin"
    check "stock path runs, $type" "stock-$type.log" "$bin/decode-bench" --backend "$stock" --type "$type" --layers 2 --dump "$work/stock.bin"
    check "dense path identical to stock, $type" "identical-$type.log" cmp "$work/ours.bin" "$work/stock.bin"
done

: >"$out/kernels.jsonl"
: >"$out/bench.jsonl"
for shape in 1.5B 8B; do
    for type in q4_K q8_0 f16; do
        "$bin/kernel-bench" --shape "$shape" --type "$type" >>"$out/kernels.jsonl" 2>"$out/bench.log" || failures+=("kernel-bench $shape $type")
        "$bin/decode-bench" --backend "$bin" --shape "$shape" --type "$type" >>"$out/bench.jsonl" 2>>"$out/bench.log" ||
            failures+=("decode-bench $shape $type")
    done
done
# what CUDA graphs are worth here; a ratio of 1 would mean that they were not used
GGML_CUDA_DISABLE_GRAPHS=1 "$bin/decode-bench" --backend "$bin" --shape 8B --type q4_K >"$out/without-graphs.jsonl" 2>>"$out/bench.log" ||
    failures+=("decode-bench without CUDA graphs")
python3 "$here/table.py" "$out" | tee "$out/table.txt"
if [ ${#failures[@]} -gt 0 ]; then
    printf 'failed: %s\n' "${failures[@]}"
    exit 1
fi
