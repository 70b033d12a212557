# Small programs on plain llama.h, the same in the patched and in the upstream tree. Built on demand only.
file(GLOB SP_TOOLS CONFIGURE_DEPENDS "${SP_NATIVE}/tools/*.cpp")
foreach(source ${SP_TOOLS})
    get_filename_component(name "${source}" NAME_WE)
    add_executable(sp-${name} EXCLUDE_FROM_ALL "${source}")
    target_include_directories(sp-${name} SYSTEM PRIVATE "${SP_LLAMA_DIR}/include" "${SP_LLAMA_DIR}/ggml/include")
    target_link_libraries(sp-${name} PRIVATE llama ggml)
    sp_strict(sp-${name})
endforeach()
