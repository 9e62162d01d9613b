# What is said about our own code, and taken for an error. libtorch's headers are SYSTEM and exempt.
add_library(panama_torch_warnings INTERFACE)
if(MSVC)
  target_compile_options(panama_torch_warnings INTERFACE /W4 /WX)
else()
  target_compile_options(panama_torch_warnings INTERFACE -Wall -Wextra -Wshadow -Wconversion -Wsign-conversion -Werror)
endif()
