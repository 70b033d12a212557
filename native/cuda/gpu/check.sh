#!/usr/bin/env bash
# Builds, checks and times the CUDA part on a machine with a GPU: one command, results in OUT as JSON and a table.
#   native/cuda/gpu/check.sh LLAMA_BUNDLE_OR_FOLDER [OUT]
# The first argument is node-llama-cpp's llama/gitRelease.bundle, or a llama.cpp folder already patched with cuda-0001.
# Needs nvcc, cmake, ninja, g++, git, python3. ARCH (default: this GPU's) and JOBS can be set.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
source_of=$(realpath "${1:?usage: check.sh LLAMA_BUNDLE_OR_FOLDER [OUT]}")
out=$(mkdir -p "${2:-gpu-results}" && realpath "${2:-gpu-results}")
work=${SP_GPU_WORK:-$out/work}
mkdir -p "$work"
arch=${ARCH:-$(nvidia-smi --query-gpu=compute_cap --format=csv,noheader | head -1 | tr -d .)}
if [ -d "$source_of" ]; then
    llama=$source_of
else
    llama=$work/llama.cpp
    if [ ! -e "$work/patched" ]; then
        rm -rf "$llama"
        git -c advice.detachedHead=false clone -q "$source_of" "$llama"
        git -C "$llama" apply "$here/../../patches/cuda-0001-custom-node.diff"
        touch "$work/patched"
    fi
fi
cmake -S "$here" -B "$work/build" -G Ninja -DSP_LLAMA_DIR="$llama" -DCMAKE_CUDA_ARCHITECTURES="$arch" >"$out/configure.log"
cmake --build "$work/build" -j "${JOBS:-$(nproc)}" >"$out/build.log"
bin=$(dirname "$(find "$work/build" -name decode-bench -type f -perm -u+x | head -1)")
nvidia-smi --query-gpu=name,driver_version,memory.total,clocks.max.memory --format=csv,noheader | tee "$out/gpu.txt"

status=0
"$bin/kernels-test" | tee "$out/kernels.txt" || status=1
if command -v compute-sanitizer >/dev/null; then
    compute-sanitizer --tool memcheck --error-exitcode 9 "$bin/kernels-test" >"$out/memcheck.txt" 2>&1 || status=1
    compute-sanitizer --tool racecheck --error-exitcode 9 "$bin/kernels-test" >"$out/racecheck.txt" 2>&1 || status=1
    tail -n 1 "$out/memcheck.txt" "$out/racecheck.txt"
fi
: >"$out/bench.jsonl"
for shape in 1.5B 8B; do
    for type in q4_K q8_0 f16; do
        "$bin/decode-bench" --shape "$shape" --type "$type" >>"$out/bench.jsonl" || status=1
    done
done
python3 - "$out/bench.jsonl" <<'PY' | tee "$out/table.txt"
import json, sys
head = {}
print("shape type  part   form       density  us/layer  ratio [IQR]          bandwidth  at 272 GB/s  at 1 TB/s")
for line in open(sys.argv[1]):
    row = json.loads(line)
    if "device" in row:
        head = row
        continue
    print(f"{head['shape']:5} {head['type']:5} {row['part']:6} {row['form']:10} {row['density']:7.3f} {row['usPerLayer']:9.2f}  "
          f"{row['ratio']:.3f} [{row['low']:.3f}-{row['high']:.3f}]  {row['ffnBandwidthShare']:9.2f}  {row['predicted272GBps']:11.2f}  {row['predicted1TBps']:9.2f}")
PY
exit $status
