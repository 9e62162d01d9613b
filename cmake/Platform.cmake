# Defines for the current platform PANAMA_TORCH_PLATFORM, which is also the classifier of its jars; LIBTORCH_LOAD, the
# libraries of libtorch that the shim needs, in the order in which they must be loaded; and LIBTORCH_LOAD_CUDA, those
# that are loaded after them if libtorch is a CUDA build. Only linux-x86_64 without CUDA is tested.
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
    "${CMAKE_SYSTEM_NAME} on ${CMAKE_SYSTEM_PROCESSOR} is not supported; known platforms: ${known}")
endif()
