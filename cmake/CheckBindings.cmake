# Fails if the bindings were generated from different headers. Checked in every build, since the headers are configure
# dependencies.
file(STRINGS "${CMAKE_SOURCE_DIR}/bindings/headers.sha256" recorded)
foreach(line ${recorded})
  string(REGEX MATCH "^([0-9a-f]+)  (.+)$" matched "${line}")
  set(expected "${CMAKE_MATCH_1}")
  set(header "${CMAKE_SOURCE_DIR}/native/include/${CMAKE_MATCH_2}")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${header}")
  file(SHA256 "${header}" actual)
  if(NOT expected STREQUAL actual)
    message(FATAL_ERROR "${CMAKE_MATCH_2} has changed, but its bindings have not been regenerated.\n"
      "Run bindings/generate.sh (see bindings/README.md).")
  endif()
endforeach()
