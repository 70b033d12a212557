#!/usr/bin/env bash
# Builds, checks and times the CUDA part on a machine with a GPU: one command, results in OUT as JSON lines and a table.
#   native/cuda/gpu/check.sh [--only build|check|bench] LLAMA [OUT]
# LLAMA: node-llama-cpp's llama/gitRelease.bundle, or a llama.cpp folder. Needs nvcc, cmake, ninja, g++, git, python3,
# and for the checks compute-sanitizer (on the PATH or beside nvcc). Where a command may run ten minutes only, the stages are
# three commands; bench goes on where it was cut off. Every stage leaves OUT/results.json and OUT/table.txt of all so far.
# A build that was cut off goes on with the next --only build. ARCHS (default: this GPU's), NVCC (default: nvcc on the PATH, or
# of CUDA_HOME or /usr/local/cuda) and JOBS as of build.sh; SP_GPU_WORK keeps the build elsewhere than OUT/work.
# Ends with 0 when everything passed, 1 when something did not or could not run, 2 for a wrong call, 3 without a GPU.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
usage() {
    echo "usage: check.sh [--only build|check|bench] LLAMA [OUT]" >&2
    exit 2
}
stages="build check bench"
if [ "${1:-}" = --only ]; then
    case "${2:-}" in build | check | bench) stages=$2 ;; *) usage ;; esac
    shift 2
fi
[ $# -ge 1 ] && [ -e "$1" ] || usage
llama=$(realpath "$1")
if ! gpu=$(nvidia-smi --query-gpu=name,compute_cap,driver_version,memory.total --format=csv,noheader 2>/dev/null | head -n 1) ||
    [ -z "$gpu" ]; then
    echo "check.sh: no GPU: nvidia-smi is missing or knows of none" >&2
    exit 3
fi
out=$(mkdir -p "${2:-gpu-results}" && realpath "${2:-gpu-results}")
work=${SP_GPU_WORK:-$out/work}
bin=$work/build/bin
stock=$work/build/stock
types="q4_K q8_0 f16"
# CUDA's own libraries and tools lie with the compiler; the loader need not know of them, and the programs look beside
# themselves only
nvcc=${NVCC:-$(command -v nvcc || ls "${CUDA_HOME:-/usr/local/cuda}/bin/nvcc" 2>/dev/null || true)}
export NVCC=$nvcc
toolkit=${nvcc:+$(dirname "$(dirname "$(realpath "$nvcc")")")}
export LD_LIBRARY_PATH="$bin${toolkit:+:$toolkit/lib64:$toolkit/lib}${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
echo "$gpu" | tee "$out/gpu.txt"

# stage, word (ok, FAIL, "not run"), name, what it said: the stage's own file holds what became of everything in it
note() {
    echo "$2  $3${4:+: $4}" | tee -a "$out/$1.status"
}
# log: the line of it that says why something failed, and where to read on
why() {
    { grep -m 1 -iE '(error|fatal)\b' "$1" || tail -n 1 "$1"; } | cut -c1-300 | tr '\n' ' '
    echo "($1)"
}
# stage, name, log, command: what fails is named at the end, and the others still run
check() {
    local stage=$1 name=$2 log=$3
    shift 3
    if "$@" >"$out/$log" 2>&1; then
        note "$stage" ok "$name"
    else
        note "$stage" FAIL "$name" "$(why "$out/$log")"
    fi
}

stage_build() {
    local capability
    capability=$(cut -d, -f2 <<<"$gpu" | tr -d ' .')
    ARCHS=${ARCHS:-$capability} check build "the build" build.log \
        "$here/../build.sh" "$llama" "$work" -DSP_GPU_CHECKS=ON -DGGML_CUDA_FA=OFF
}

stage_check() {
    local sanitizer kernels tool type
    for kernels in ffn input; do
        check check "$kernels kernels against the reference" "$kernels-kernels.txt" "$bin/$kernels-kernels-test"
    done
    sanitizer=$(command -v compute-sanitizer || true)
    if [ -z "$sanitizer" ] && [ -n "$toolkit" ] && [ -x "$toolkit/bin/compute-sanitizer" ]; then
        sanitizer=$toolkit/bin/compute-sanitizer
    fi
    for tool in memcheck racecheck initcheck synccheck; do
        if [ -z "$sanitizer" ]; then
            note check "not run" "compute-sanitizer $tool" "it is not installed"
        else
            for kernels in ffn input; do
                check check "compute-sanitizer $tool, $kernels kernels" "$tool-$kernels.txt" \
                    "$sanitizer" --tool "$tool" --error-exitcode 9 "$bin/$kernels-kernels-test"
            done
        fi
    done
    # the dense path: what our backend computes without sparse nodes, byte for byte what the stock one does
    for type in $types; do
        check check "dense path runs, $type" "dense-$type.log" "$bin/decode-bench" --backend "$bin" --type "$type" --layers 2 --dump "$work/ours.bin"
        check check "stock path runs, $type" "stock-$type.log" "$bin/decode-bench" --backend "$stock" --type "$type" --layers 2 --dump "$work/stock.bin"
        check check "dense path identical to stock, $type" "identical-$type.log" cmp "$work/ours.bin" "$work/stock.bin"
    done
}

# name, program and its arguments: measures once; a later run takes what is there
measured() {
    local name=$1
    shift
    if [ -s "$out/parts/$name.jsonl" ]; then
        note bench ok "$name" "measured before"
    elif "$@" >"$out/parts/$name.part" 2>"$out/parts/$name.log"; then
        mv "$out/parts/$name.part" "$out/parts/$name.jsonl"
        note bench ok "$name"
    else
        note bench FAIL "$name" "$(why "$out/parts/$name.log")"
    fi
}

stage_bench() {
    local shape type
    mkdir -p "$out/parts"
    for shape in 8B 1.5B; do
        for type in $types; do
            measured "kernels-$shape-$type" "$bin/kernel-bench" --shape "$shape" --type "$type"
            measured "decode-$shape-$type" "$bin/decode-bench" --backend "$bin" --shape "$shape" --type "$type"
        done
    done
    # what CUDA graphs are worth here; a ratio of 1 would mean that they were not used
    GGML_CUDA_DISABLE_GRAPHS=1 measured without-graphs-8B-q4_K "$bin/decode-bench" --backend "$bin" --shape 8B --type q4_K
}

# what is not there when the machine ends the command
unfinished="not run  the rest of it: the stage was cut off"
for stage in $stages; do
    echo "$unfinished" >"$out/$stage.status"
    if [ "$stage" != build ] && [ ! -x "$bin/ffn-kernels-test" ]; then
        note "$stage" FAIL "$stage" "nothing is built: run --only build first"
    else
        "stage_$stage"
    fi
    sed -i 1d "$out/$stage.status"
done
python3 "$here/table.py" "$out" | tee "$out/table.txt"
said=$(cat "$out"/{build,check,bench}.status 2>/dev/null || true)
if grep -qE '^(FAIL|not run)' <<<"$said"; then
    exit 1
fi
