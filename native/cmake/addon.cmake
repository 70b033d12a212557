# Our part of llama-addon.node: the sparse engine, the generation loop, the glue to llama_context, the N-API layer.
find_package(OpenMP REQUIRED)

set(SP_SYSTEM_INCLUDES "${SP_NATIVE}/cuda/include"
    "${SP_LLAMA_DIR}/include" "${SP_LLAMA_DIR}/src" "${SP_LLAMA_DIR}/common" "${SP_LLAMA_DIR}/vendor"
    "${SP_LLAMA_DIR}/ggml/include" "${SP_LLAMA_DIR}/ggml/src")

set(SP_GGML_INCLUDES "${SP_LLAMA_DIR}/ggml/include" "${SP_LLAMA_DIR}/ggml/src")
include("${SP_NATIVE}/cmake/engine.cmake")
set(SP_LIBRARIES sparse-pilot)

# sp_library(name folder): a static library of all .cpp in native/<folder>
function(sp_library name folder)
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${SP_NATIVE}/${folder}/*.cpp")
    if (NOT sources)
        return()
    endif()
    add_library(${name} STATIC ${sources})
    target_include_directories(${name} PUBLIC "${SP_NATIVE}/${folder}/include" "${SP_NATIVE}/${folder}")
    target_include_directories(${name} SYSTEM PUBLIC ${SP_SYSTEM_INCLUDES})
    target_link_libraries(${name} PUBLIC ${SP_LIBRARIES} llama OpenMP::OpenMP_CXX)
    sp_strict(${name})
    set(SP_LIBRARIES ${name} ${SP_LIBRARIES} PARENT_SCOPE)
endfunction()

sp_library(sparse-pilot-context context)
sp_library(sparse-pilot-loop loop)

file(GLOB SP_ADDON_SOURCES CONFIGURE_DEPENDS "${SP_NATIVE}/addon/*.cpp")
add_library(sparse-pilot-addon OBJECT ${SP_ADDON_SOURCES})
target_include_directories(sparse-pilot-addon SYSTEM PRIVATE
    ${SP_SYSTEM_INCLUDES} "${CMAKE_CURRENT_SOURCE_DIR}/addon" "${NODE_ADDON_API_DIR}" "${CMAKE_JS_INC}")
target_link_libraries(sparse-pilot-addon PRIVATE ${SP_LIBRARIES} llama-common)
sp_strict(sparse-pilot-addon)
target_link_libraries(llama-addon sparse-pilot-addon ${SP_LIBRARIES})
