# The CUDA kernels under the SIMT emulator: the very sources that nvcc compiles, as an ordinary program.
# (The thread sanitizer does not follow the emulator's fibers; one thread runs them all anyway.)
if (NOT SP_SANITIZE MATCHES "thread")
    add_executable(test-cuda-kernels-test
        "${SP_NATIVE}/cuda/test/kernels.test.cpp" "${SP_NATIVE}/cuda/test/simt.cpp" "${SP_NATIVE}/cuda/test/reference.cpp")
    target_include_directories(test-cuda-kernels-test SYSTEM PRIVATE ${SP_GGML_INCLUDES})
    target_link_libraries(test-cuda-kernels-test PRIVATE ggml-base)
    target_compile_options(test-cuda-kernels-test PRIVATE -O2)
    sp_strict(test-cuda-kernels-test)
endif()

# What the context decides about CUDA layers, against a stand-in for the backend.
add_executable(test-cuda-layers-test "${SP_NATIVE}/cuda/test/layers.test.cpp" "${SP_NATIVE}/context/cuda-layers.cpp")
target_include_directories(test-cuda-layers-test PRIVATE "${SP_NATIVE}/context" "${SP_NATIVE}/cuda/include")
target_include_directories(test-cuda-layers-test SYSTEM PRIVATE "${SP_LLAMA_DIR}/include" "${SP_LLAMA_DIR}/src" ${SP_GGML_INCLUDES})
target_link_libraries(test-cuda-layers-test PRIVATE sparse-pilot Threads::Threads)
sp_strict(test-cuda-layers-test)
