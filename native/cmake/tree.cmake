# Included at the end of node-llama-cpp's CMakeLists.txt in both source trees (see scripts/native).
# SP_NATIVE: this repository's native folder. SP_TREE: "patched" or "upstream".
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(SP_LLAMA_DIR "${CMAKE_CURRENT_SOURCE_DIR}/llama.cpp")
include("${SP_NATIVE}/cmake/warnings.cmake")
include("${SP_NATIVE}/cmake/tools.cmake")
if (SP_TREE STREQUAL "patched")
    include("${SP_NATIVE}/cmake/addon.cmake")
endif()
