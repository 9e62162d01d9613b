// The storage of thread-local variables that every call reads.
#pragma once

/// Places a variable in static thread-local storage, where an access is one instruction instead of a function call.
/// The dynamic linker reserves a few hundred bytes of it for all libraries that are loaded at run time, so that only
/// small variables of this library may use it.
#if defined(__ELF__)
#define PANAMA_TORCH_STATIC_TLS __attribute__((tls_model("initial-exec")))
#else
#define PANAMA_TORCH_STATIC_TLS
#endif
