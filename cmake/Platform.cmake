# The one place that knows the platforms: the name of this one, which is also the classifier of its jars, and
# the libtorch libraries that the shim needs, in the order in which they must be loaded; and after them, where
# a user's libtorch is a CUDA build, those of LIBTORCH_LOAD_CUDA. Only linux-x86_64 is tested, and no CUDA.
string(TOLOWER "${CMAKE_SYSTEM_PROCESSOR}" processor)
if(processor MATCHES "^(amd64|x86_64)$")
  set(processor x86_64)
elseif(processor MATCHES "^(arm64|aarch64)$")
  set(processor aarch64)
endif()

if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
  set(PANAMA_TORCH_PLATFORM "linux-${processor}")
  set(LIBTORCH_LOAD libgomp.so.1 libc10.so libtorch_cpu.so)
  set(LIBTORCH_LOAD_CUDA libc10_cuda.so libtorch_cuda.so)
elseif(CMAKE_SYSTEM_NAME STREQUAL "Darwin")
  set(PANAMA_TORCH_PLATFORM "macos-${processor}")
  set(LIBTORCH_LOAD libomp.dylib libc10.dylib libtorch_cpu.dylib)
elseif(CMAKE_SYSTEM_NAME STREQUAL "Windows")
  set(PANAMA_TORCH_PLATFORM "windows-${processor}")
  set(LIBTORCH_LOAD libiomp5md.dll c10.dll torch_cpu.dll)
  set(LIBTORCH_LOAD_CUDA c10_cuda.dll torch_cuda.dll)
endif()

set(known linux-x86_64 linux-aarch64 macos-aarch64 windows-x86_64)
if(NOT PANAMA_TORCH_PLATFORM IN_LIST known)
  message(FATAL_ERROR
    "no support for ${CMAKE_SYSTEM_NAME} on ${CMAKE_SYSTEM_PROCESSOR}; known are: ${known}")
endif()
