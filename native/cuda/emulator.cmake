# The CUDA kernels under the SIMT emulator: the very sources that nvcc compiles, as ordinary programs.
foreach(name ffn-kernels input-kernels device)
    add_executable(test-cuda-${name}-test
        "${SP_NATIVE}/cuda/test/${name}.test.cpp" "${SP_NATIVE}/cuda/test/simt.cpp" "${SP_NATIVE}/cuda/test/reference.cpp")
    target_include_directories(test-cuda-${name}-test PRIVATE "${SP_NATIVE}/sparse/include")
    target_include_directories(test-cuda-${name}-test SYSTEM PRIVATE ${SP_GGML_INCLUDES})
    target_link_libraries(test-cuda-${name}-test PRIVATE ggml-base)
    # a sanitizer's -O1 would make the kernels' many shapes take longer; the device's test is short, and long to compile
    if (NOT SP_SANITIZE OR name MATCHES "kernels")
        target_compile_options(test-cuda-${name}-test PRIVATE -O2)
    endif()
    if (SP_SANITIZE MATCHES "address" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        target_compile_options(test-cuda-${name}-test PRIVATE -fsanitize-sections=simt_shared)
    endif()
    sp_strict(test-cuda-${name}-test)
endforeach()

# What the context decides about CUDA layers, against a stand-in for the backend: the layers alone, and all of the context.
set(SP_CONTEXT "${SP_NATIVE}/context")
add_executable(test-cuda-layers-test "${SP_NATIVE}/cuda/test/layers.test.cpp" "${SP_CONTEXT}/cuda-layers.cpp")
add_executable(test-cuda-context-test "${SP_NATIVE}/cuda/test/context.test.cpp" "${SP_CONTEXT}/cuda-layers.cpp"
    "${SP_CONTEXT}/sparse-context.cpp" "${SP_CONTEXT}/ffn-support.cpp" "${SP_CONTEXT}/linear-nodes.cpp" "${SP_CONTEXT}/batch-products.cpp")
foreach(name layers context)
    target_include_directories(test-cuda-${name}-test PRIVATE "${SP_CONTEXT}" "${SP_CONTEXT}/include" "${SP_NATIVE}/cuda/include")
    target_include_directories(test-cuda-${name}-test SYSTEM PRIVATE "${SP_LLAMA_DIR}/include" "${SP_LLAMA_DIR}/src" ${SP_GGML_INCLUDES})
    target_link_libraries(test-cuda-${name}-test PRIVATE sparse-pilot Threads::Threads)
    sp_strict(test-cuda-${name}-test)
endforeach()
