#include "sparse-handle.h"

#include "arguments.h"

#include <stdexcept>
#include <string>

namespace sparse_pilot::addon {
namespace {

constexpr const char * contextProperty = "sparsePilot";

// What an External of ours points to: the kind tells it from other kinds and from the Externals of others.
template <class T> struct Handle {
    const char * kind;
    std::shared_ptr<T> value;
};

constexpr const char * engineKind = "sparse-pilot engine";
constexpr const char * profileKind = "sparse-pilot profile";
constexpr const char * contextKind = "sparse-pilot context";

template <class T>
Napi::External<Handle<T>> wrap(Napi::Env env, const char * kind, std::shared_ptr<T> value) {
    return Napi::External<Handle<T>>::New(env, new Handle<T>{kind, std::move(value)},
                                          [](Napi::Env, Handle<T> * handle) { delete handle; });
}

template <class T> std::shared_ptr<T> unwrap(const Napi::Value & value, const char * kind) {
    if (value.IsExternal()) {
        const Handle<T> * handle = value.As<Napi::External<Handle<T>>>().Data();
        if (handle != nullptr && handle->kind == kind) {
            return handle->value;
        }
    }
    throw Napi::TypeError::New(value.Env(), std::string("expected a ") + kind);
}

} // namespace

SparseContextPtr sparseContextOf(const Napi::CallbackInfo & info, size_t index) {
    contextArgument(info, index);
    const Napi::Value property = info[index].As<Napi::Object>().Get(contextProperty);
    return property.IsExternal() ? unwrap<SparseContext>(property, contextKind) : nullptr;
}

SparseContextPtr requireSparseContext(const Napi::CallbackInfo & info, size_t index) {
    SparseContextPtr sparse = sparseContextOf(info, index);
    if (!sparse) {
        throw Napi::Error::New(info.Env(), "no sparse engine is attached to this context");
    }
    return sparse;
}

void attachSparseContext(const Napi::CallbackInfo & info, size_t index, EnginePtr engine) {
    if (sparseContextOf(info, index)) {
        throw Napi::Error::New(info.Env(), "a sparse engine is attached to this context already");
    }
    AddonContext & context = contextArgument(info, index);
    try {
        // the context may be freed before the last owner of this pointer goes: the end must not touch it
        const SparseContextPtr sparse(new SparseContext(context.ctx, std::move(engine)),
                                      [](SparseContext * object) {
                                          object->abandon();
                                          delete object;
                                      });
        info[index].As<Napi::Object>().Set(contextProperty, wrap(info.Env(), contextKind, sparse));
    } catch (const std::runtime_error & error) {
        throw Napi::Error::New(info.Env(), error.what());
    }
}

void detachSparseContext(const Napi::CallbackInfo & info, size_t index) {
    const Napi::Value object = info[index];
    if (!object.IsObject()) {
        throw Napi::TypeError::New(info.Env(), "a context is expected");
    }
    const Napi::Value property = object.As<Napi::Object>().Get(contextProperty);
    if (!property.IsExternal()) {
        return;
    }
    const AddonContext * context = Napi::ObjectWrap<AddonContext>::Unwrap(object.As<Napi::Object>());
    const SparseContextPtr sparse = unwrap<SparseContext>(property, contextKind);
    if (context->disposed || context->ctx == nullptr) {
        sparse->abandon();
    } else {
        sparse->detach();
    }
    object.As<Napi::Object>().Delete(contextProperty);
}

Napi::Value wrapEngine(Napi::Env env, EnginePtr engine) { return wrap(env, engineKind, std::move(engine)); }

EnginePtr engineArgument(const Napi::CallbackInfo & info, size_t index) {
    return unwrap<sp_engine>(info[index], engineKind);
}

Napi::Value wrapProfile(Napi::Env env, ProfilePtr profile) {
    return wrap(env, profileKind, std::move(profile));
}

ProfilePtr profileArgument(const Napi::CallbackInfo & info, size_t index) {
    return unwrap<sp_profile>(info[index], profileKind);
}

} // namespace sparse_pilot::addon
