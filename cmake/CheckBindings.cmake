# The bindings are committed. A header that has moved on without them is an error here, not a crash later.
file(SHA256 "${CMAKE_SOURCE_DIR}/native/include/panama_torch.h" header_sha256)
file(STRINGS "${CMAKE_SOURCE_DIR}/bindings/panama_torch.h.sha256" recorded)
if(NOT recorded MATCHES "^${header_sha256} ")
  message(FATAL_ERROR
    "native/include/panama_torch.h has changed and the bindings have not: run bindings/generate.sh "
    "(see bindings/README.md).")
endif()
