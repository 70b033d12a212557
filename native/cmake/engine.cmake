# The sparse engine as a static library: native/sparse, used by the addon and by the standalone C++ tests.
# Needs SP_NATIVE, SP_GGML_INCLUDES, and a target or library `ggml-base`.
# Per-ISA files are chosen by suffix and picked at run time: *.avx2.cpp, *.avx512.cpp, *.avx512vnni.cpp, *.neon.cpp,
# *.neondot.cpp.
include("${SP_NATIVE}/cmake/warnings.cmake")

file(GLOB_RECURSE SP_ENGINE_SOURCES CONFIGURE_DEPENDS "${SP_NATIVE}/sparse/*.cpp")
if (CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|amd64)$")
    list(FILTER SP_ENGINE_SOURCES EXCLUDE REGEX "\\.neon(dot)?\\.cpp$")
else()
    list(FILTER SP_ENGINE_SOURCES EXCLUDE REGEX "\\.avx[0-9a-z]*\\.cpp$")
endif()

set(SP_AVX2 -mavx2 -mfma -mf16c -mbmi2)
set(SP_AVX512 ${SP_AVX2} -mavx512f -mavx512bw -mavx512dq -mavx512vl -mavx512cd)
# gcc 12 and 13 see uninitialised values inside their own _mm512_undefined_* (gcc bug 105593)
if (CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 14)
    list(APPEND SP_AVX512 -Wno-maybe-uninitialized -Wno-uninitialized)
endif()
set(SP_AVX512VNNI ${SP_AVX512} -mavx512vnni)
foreach(source ${SP_ENGINE_SOURCES})
    if (source MATCHES "\\.avx2\\.cpp$")
        set_source_files_properties(${source} PROPERTIES COMPILE_OPTIONS "${SP_AVX2}")
    elseif (source MATCHES "\\.avx512\\.cpp$")
        set_source_files_properties(${source} PROPERTIES COMPILE_OPTIONS "${SP_AVX512}")
    elseif (source MATCHES "\\.avx512vnni\\.cpp$")
        set_source_files_properties(${source} PROPERTIES COMPILE_OPTIONS "${SP_AVX512VNNI}")
    elseif (source MATCHES "\\.neondot\\.cpp$")
        set_source_files_properties(${source} PROPERTIES COMPILE_OPTIONS "-march=armv8.2-a+dotprod")
    endif()
endforeach()

add_library(sparse-pilot STATIC ${SP_ENGINE_SOURCES})
target_include_directories(sparse-pilot PUBLIC "${SP_NATIVE}/sparse/include" PRIVATE "${SP_NATIVE}/sparse")
target_include_directories(sparse-pilot SYSTEM PUBLIC ${SP_GGML_INCLUDES})
target_link_libraries(sparse-pilot PUBLIC ggml-base)
set_target_properties(sparse-pilot PROPERTIES CXX_STANDARD 20 CXX_STANDARD_REQUIRED ON POSITION_INDEPENDENT_CODE ON)
sp_strict(sparse-pilot)
