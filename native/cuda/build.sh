#!/usr/bin/env bash
# Builds ggml's whole CUDA backend with our kernels from source; about 40 minutes of processor time for one architecture.
#   native/cuda/build.sh LLAMA BUILD [CMAKE_OPTION...]
# LLAMA: node-llama-cpp's llama/gitRelease.bundle, or a llama.cpp folder. Its ggml is copied into BUILD, patched there.
# The result is BUILD/bin/libggml-cuda.so. Needs nvcc, cmake, ninja, g++, git. Variables:
#   ARCHS   compute capabilities, default 75;80;86;89;90;120
#   NVCC    the compiler, default the one on the PATH
#   JOBS    compilers at a time, default one a core
#   TARGETS what to build, default everything; `none` configures only
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
llama=$(realpath "${1:?usage: build.sh LLAMA BUILD [CMAKE_OPTION...]}")
build=$(mkdir -p "${2:?usage: build.sh LLAMA BUILD [CMAKE_OPTION...]}" && realpath "$2")
shift 2
patch=$here/../patches/cuda-0001-custom-node.diff
stamp=$(cat "$patch" "$here/build.sh" | cksum; stat -L -c '%n %s %Y' "$llama")
if [ "$(cat "$build/source.stamp" 2>/dev/null || true)" != "$stamp" ]; then
    rm -rf "$build/llama.cpp" "$build/source.stamp"
    if [ -d "$llama" ]; then
        mkdir -p "$build/llama.cpp"
        cp -a "$llama/ggml" "$build/llama.cpp/ggml"
    else
        git -c advice.detachedHead=false clone -q "$llama" "$build/llama.cpp"
    fi
    # the folder may lie inside another repository: without the ceiling git would look for the files there
    (cd "$build/llama.cpp" && GIT_CEILING_DIRECTORIES=$build git apply "$patch")
    echo "$stamp" >"$build/source.stamp"
fi
nvcc=${NVCC:-$(command -v nvcc || true)}
if [ -z "$nvcc" ]; then
    echo "build.sh: no nvcc: set NVCC, or put it on the PATH" >&2
    exit 1
fi
# The toolkit of the Python packages comes without the names that linkers look for, and without the driver's stub.
root=$(dirname "$(dirname "$(realpath "$nvcc")")")
if [ ! -e "$root/lib64" ] && [ -d "$root/lib" ]; then
    ln -s lib "$root/lib64"
fi
for library in cudart cublas cublasLt; do
    found=$(find "$root/lib64/" -maxdepth 1 -name "lib$library.so.*" | sort | tail -n 1)
    if [ -n "$found" ] && [ ! -e "$root/lib64/lib$library.so" ]; then
        ln -s "$(basename "$found")" "$root/lib64/lib$library.so"
    fi
done
if [ ! -e "$root/lib64/stubs/libcuda.so" ] && ! ldconfig -p 2>/dev/null | grep -q 'libcuda\.so '; then
    mkdir -p "$root/lib64/stubs"
    grep -rhoE '\bcu[A-Z][A-Za-z]+\(' "$build/llama.cpp/ggml/src/ggml-cuda" | tr -d '(' | sort -u |
        grep -E '^cu(Mem|Device|Ctx|Get|Init|Driver)' | sed 's/.*/void &(void) {}/' |
        g++ -x c - -shared -fPIC -Wl,-soname,libcuda.so.1 -o "$root/lib64/stubs/libcuda.so"
fi
cmake -S "$here" -B "$build/build" -G Ninja \
    -DSP_GGML_DIR="$build/llama.cpp/ggml" \
    -DCMAKE_CUDA_COMPILER="$nvcc" \
    -DCMAKE_CUDA_ARCHITECTURES="$(sed 's/\([0-9]\+\)/\1-real/g' <<<"${ARCHS:-75;80;86;89;90;120}")" \
    "$@"
if [ "${TARGETS:-}" != none ]; then
    # shellcheck disable=SC2086 # several targets
    cmake --build "$build/build" -j "${JOBS:-$(nproc)}" ${TARGETS:+--target $TARGETS}
fi
mkdir -p "$build/bin"
find "$build/build/bin" -maxdepth 1 -name 'libggml-cuda.so' -exec cp -u {} "$build/bin/" \; 2>/dev/null || true
