# The compiler warnings for this project's code, all of them errors. libtorch's headers are SYSTEM headers and exempt.
add_library(panama_torch_warnings INTERFACE)
if(MSVC)
  target_compile_options(panama_torch_warnings INTERFACE /W4 /WX)
else()
  target_compile_options(panama_torch_warnings INTERFACE -Wall -Wextra -Wshadow -Wconversion -Wsign-conversion -Werror)
endif()
