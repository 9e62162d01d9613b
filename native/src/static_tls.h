// Thread-local variables that every small operation reads.
#pragma once

/// Places the variable where a read of it is one instruction, in the memory that the dynamic linker sets aside for
/// libraries loaded late, rather than behind a function call. That memory is small: some hundred bytes in all, and
/// never for the variables of another library.
#if defined(__ELF__)
#define PANAMA_TORCH_STATIC_TLS __attribute__((tls_model("initial-exec")))
#else
#define PANAMA_TORCH_STATIC_TLS
#endif
