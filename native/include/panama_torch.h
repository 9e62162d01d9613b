/*
 * panama_torch.h: the C interface of the shim, through which Java calls libtorch. The Java bindings are
 * generated from it. Plain C11, also valid C++.
 *
 * Conventions
 *
 *  1. Handles. pt_tensor, pt_error, pt_operator and pt_generator are opaque. Callers never
 *     dereference a handle, only pass it back.
 *  2. Ownership. Every pt_tensor* that a function returns, or writes to a results array, is a new handle that
 *     the caller owns [own] and frees with pt_tensor_free, once. Two handles may share one tensor
 *     (pt_tensor_share, pt_tensor_grad): freeing one leaves the other valid. Arguments are borrowed for the
 *     duration of the call. Other returned pointers are [borrow]; their comments say how long they are valid. A
 *     trailing underscore in a name means that the first argument is changed in place.
 *  3. Calls. The last parameter of a function that can fail is a pt_call, which must not be NULL: the modes
 *     that the call runs in, and a slot for the error. On success the slot is left untouched. On failure it
 *     receives an owned pt_error [own], the results are untouched, and the function returns NULL or a pt_status
 *     other than PT_OK. Neither errors nor modes are kept between calls: there is no "last error", and the
 *     previous modes of the thread are restored when a call returns. No C++ exception leaves this library.
 *  4. Threads. Every function may be called on any thread, and on one tensor from many threads as long
 *     as none of them changes it. A handle must not be freed while another call uses it.
 *  5. Types. Sizes, counts, dimensions and indices are int64_t; negative dimensions count from the end.
 *     Strings are UTF-8, pointer and length in bytes, not NUL-terminated. A dtype is a pt_dtype, a
 *     device a pt_device_type and an index (-1: the current one). Truth values are bool.
 *  6. NULL. A pointer may be NULL only where its comment says so. An array of length 0 may be NULL.
 *     pt_*_free(NULL) does nothing.
 */
#ifndef PANAMA_TORCH_H
#define PANAMA_TORCH_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(_WIN32)
#define PT_API __declspec(dllexport)
#else
#define PT_API __attribute__((visibility("default")))
#endif

/* ------------------------------------------------------------------------------------------ types */

/** A tensor: one reference to a libtorch tensor. Freed by pt_tensor_free. */
typedef struct pt_tensor pt_tensor;

/** The error of a failed call. Freed by pt_error_free. */
typedef struct pt_error pt_error;

/** An operator of libtorch's dispatcher. Valid until the process ends; never freed. */
typedef struct pt_operator pt_operator;

/** A random number generator. Freed by pt_generator_free. */
typedef struct pt_generator pt_generator;

/** The state of a mode. */
typedef enum pt_mode {
  PT_MODE_INHERIT = 0, /**< unchanged: libtorch's default, or in a hook the mode of the backward pass */
  PT_MODE_OFF = 1,
  PT_MODE_ON = 2
} pt_mode;

/** Autocast, the casting of the inputs of operators to a lower precision, for one type of device. */
typedef struct pt_autocast {
  int32_t mode;  /**< pt_mode */
  int32_t dtype; /**< pt_dtype; ignored with PT_MODE_INHERIT */
} pt_autocast;

/** The modes that a call runs in. */
typedef struct pt_modes {
  int32_t grad; /**< pt_mode: whether operators record the graph */
  int32_t
      inference; /**< pt_mode: whether results are inference tensors, which can never be part of a graph */
  pt_autocast autocast_cpu;
  pt_autocast autocast_cuda;
} pt_modes;

/** The last argument of functions that can fail. */
typedef struct pt_call {
  const pt_modes *modes; /**< [in] NULL: PT_MODE_INHERIT throughout */
  pt_error *error;       /**< [out, own] on failure */
} pt_call;

/** The kind of an error. */
typedef enum pt_status {
  PT_OK = 0,
  PT_ERROR_INTERNAL = 1,        /**< a failed assertion of libtorch, or an exception of unknown type */
  PT_ERROR_RUNTIME = 2,         /**< libtorch's general error: mostly shapes and dtypes that do not match */
  PT_ERROR_INDEX = 3,           /**< a dimension or an index out of range */
  PT_ERROR_VALUE = 4,           /**< an argument of the right type with an invalid value */
  PT_ERROR_TYPE = 5,            /**< an argument of a wrong type or dtype */
  PT_ERROR_NOT_IMPLEMENTED = 6, /**< no kernel for this dtype, device or option */
  PT_ERROR_OUT_OF_MEMORY = 7,   /**< native memory is exhausted */
  PT_ERROR_LINALG = 8,          /**< a linear algebra routine failed */
  PT_ERROR_HOOK = 9             /**< a hook returned PT_HOOK_FAILED; the message is its id */
} pt_status;

/** Element types. The values are those of libtorch. */
typedef enum pt_dtype {
  PT_UINT8 = 0,
  PT_INT8 = 1,
  PT_INT16 = 2,
  PT_INT32 = 3,
  PT_INT64 = 4,
  PT_FLOAT16 = 5,
  PT_FLOAT32 = 6,
  PT_FLOAT64 = 7,
  PT_COMPLEX64 = 9,
  PT_COMPLEX128 = 10,
  PT_BOOL = 11,
  PT_BFLOAT16 = 15,
  PT_FLOAT8_E5M2 = 23,
  PT_FLOAT8_E4M3FN = 24,
  PT_FLOAT8_E5M2FNUZ = 25,
  PT_FLOAT8_E4M3FNUZ = 26,
  PT_UINT16 = 27,
  PT_UINT32 = 28,
  PT_UINT64 = 29,
  PT_FLOAT8_E8M0FNU = 44
} pt_dtype;

/** Device types. The values are those of libtorch. */
typedef enum pt_device_type { PT_CPU = 0, PT_CUDA = 1 } pt_device_type;

/** The dtype and device of a new tensor. */
typedef struct pt_options {
  int32_t dtype;        /**< pt_dtype */
  int32_t device_type;  /**< pt_device_type */
  int32_t device_index; /**< -1: the current device of that type */
  bool requires_grad;
} pt_options;

/** The properties of a tensor at the time of the call. */
typedef struct pt_tensor_info {
  const int64_t *sizes;   /**< [borrow] `dim` numbers, valid until the handle is freed or its shape changes */
  const int64_t *strides; /**< [borrow] `dim` numbers, in elements; NULL if the layout has none */
  void *data;             /**< [borrow] the first element; NULL if the tensor has no strided storage */
  int64_t dim;
  int64_t numel;
  int64_t element_size; /**< bytes */
  int32_t dtype;        /**< pt_dtype */
  int32_t device_type;  /**< pt_device_type */
  int32_t device_index;
  bool requires_grad;
  bool is_leaf;
  bool is_contiguous;
} pt_tensor_info;

/** The type of a pt_value. */
typedef enum pt_kind {
  PT_NONE = 0,         /**< None, or an optional that is absent */
  PT_DEFAULT = 1,      /**< [in] only: the default of the schema */
  PT_TENSOR = 2,       /**< payload.tensor */
  PT_INT = 3,          /**< payload.integer: int, dtype, layout, memory format */
  PT_DOUBLE = 4,       /**< payload.real */
  PT_TRUTH = 5,        /**< payload.integer, 0 or 1 */
  PT_STRING = 6,       /**< payload.string, `length` bytes */
  PT_DEVICE = 7,       /**< payload.integer the pt_device_type, `length` the index */
  PT_TENSOR_LIST = 8,  /**< payload.tensors, `length` handles; [in] NULL entries are absent tensors */
  PT_INT_LIST = 9,     /**< payload.integers, `length` numbers */
  PT_DOUBLE_LIST = 10, /**< payload.reals, `length` numbers */
  PT_TRUTH_LIST = 11,  /**< payload.integers, `length` numbers, each 0 or 1 */
  PT_GENERATOR = 12    /**< payload.generator; [in] only */
} pt_kind;

/** A number, or any argument or result of an operator. */
typedef struct pt_value {
  int64_t kind;   /**< pt_kind */
  int64_t length; /**< elements of a list, bytes of a string, the index of a device; otherwise ignored */
  union {
    int64_t integer;
    double real;
    const pt_tensor *tensor;
    const pt_tensor *const *tensors;
    const int64_t *integers;
    const double *reals;
    const char *string;
    const pt_generator *generator;
  } payload;
} pt_value;

/* ---------------------------------------------------------------------------------------- library */

/** The version of this interface. pt_contract_version() of the loaded library must return the same. */
#define PT_CONTRACT_VERSION 5

/** Returns the PT_CONTRACT_VERSION that this library was built with. */
PT_API int64_t pt_contract_version(void);

/** Returns the version of the libtorch in use, such as "2.13.0". [borrow] forever, NUL-terminated. */
PT_API const char *pt_libtorch_version(void);

/** Returns libtorch's description of its build: BLAS, OpenMP, CPU capability, flags.
 *  @return a one-dimensional PT_UINT8 tensor of UTF-8 text [own]; NULL on failure */
PT_API pt_tensor *pt_build_info(pt_call *call);

/** Returns the number of threads that one operator uses, at least 1. */
PT_API int64_t pt_num_threads(void);

/** Sets the number of threads that one operator uses.
 *  @param count [in] at least 1, otherwise PT_ERROR_VALUE */
PT_API pt_status pt_set_num_threads(int64_t count, pt_call *call);

/** Returns the number of threads for operators that run concurrently, at least 1. */
PT_API int64_t pt_num_interop_threads(void);

/** Sets the number of threads for operators that run concurrently. It can be set once, before the first of them runs.
 *  @param count [in] at least 1, otherwise PT_ERROR_VALUE
 *  @return PT_ERROR_RUNTIME if the number is already set or such an operator has run */
PT_API pt_status pt_set_num_interop_threads(int64_t count, pt_call *call);

/** Makes the process end without running the exit handlers that were registered before this call. They include the
 *  static destructors of libtorch, which would destroy objects that other threads are using. The exit status does
 *  not change, and the buffer of stdout is flushed. Does nothing if the C library is not glibc.
 *  @param ending [in] whether the process is about to end: if so, handlers that are registered later are skipped,
 *         too */
PT_API void pt_skip_exit_handlers(bool ending);

/* ----------------------------------------------------------------------------------------- errors */

/** Returns the kind of the error; never PT_OK. */
PT_API pt_status pt_error_status(const pt_error *error);

/** Returns the message, without a C++ backtrace.
 *  @param length [out] bytes
 *  @return [borrow] until pt_error_free */
PT_API const char *pt_error_message(const pt_error *error, int64_t *length);

/** Returns the message and, if libtorch has recorded one, the C++ backtrace.
 *  @param length [out] bytes
 *  @return [borrow] until pt_error_free */
PT_API const char *pt_error_backtrace(const pt_error *error, int64_t *length);

/** Returns the text that pt_tensor_note_call has stored for the node at which a backward pass failed; of length 0 if
 *  there is none.
 *  @param length [out] bytes
 *  @return [borrow] until pt_error_free */
PT_API const char *pt_error_call(const pt_error *error, int64_t *length);

/** Frees an error. @param error [in] NULL allowed */
PT_API void pt_error_free(pt_error *error);

/* ----------------------------------------------------------------------------------------- memory */

/** Counters of memory. */
typedef struct pt_memory {
  int64_t live_tensors; /**< handles that are not freed */
  int64_t live_bytes;   /**< bytes that libtorch's CPU allocator has allocated and not freed */
  int64_t kept_bytes;   /**< bytes of freed blocks in the block cache; see pt_memory_keep */
} pt_memory;

/** Reads the counters, summed over all threads. @param memory [out] */
PT_API void pt_memory_read(pt_memory *memory);

/** Returns a pointer to the number of bytes that libtorch's CPU allocator has allocated since the process started.
 *  It never decreases. Each thread adds to it in steps of 1 MiB. It may be read at any time.
 *  @return [borrow] forever, aligned */
PT_API const int64_t *pt_memory_allocated(void);

/** Sets the size limit of the block cache, which keeps freed blocks of 64 KiB and more for new tensors instead of
 *  returning them to the C library. Frees blocks beyond the limit immediately. The initial limit is 0.
 *  @param bytes [in] at least 0 */
PT_API pt_status pt_memory_keep(int64_t bytes, pt_call *call);

/* ---------------------------------------------------------------------------------------- tensors */

/** Frees a handle. @param tensor [in, own] NULL allowed */
PT_API void pt_tensor_free(pt_tensor *tensor);

/** Returns a second handle to the same tensor: the same data, gradient and graph.
 *  @return [own] */
PT_API pt_tensor *pt_tensor_share(const pt_tensor *tensor, pt_call *call);

/** Reads the properties of a tensor. @param info [out] */
PT_API pt_status pt_tensor_describe(const pt_tensor *tensor, pt_tensor_info *info, pt_call *call);

/** Reads the value of a tensor of one element.
 *  @param value [out] PT_INT, PT_DOUBLE or PT_TRUTH
 *  @return PT_ERROR_RUNTIME if numel is not 1 */
PT_API pt_status pt_tensor_item(const pt_tensor *tensor, pt_value *value, pt_call *call);

/** Copies the elements out, in row-major order, from any device and strides.
 *  @param data [out] `bytes` bytes
 *  @param bytes [in] must be numel x element_size, otherwise PT_ERROR_VALUE */
PT_API pt_status pt_tensor_copy_out(const pt_tensor *tensor, void *data, int64_t bytes, pt_call *call);

/** Copies elements in, in row-major order, to any device and strides. The graph does not record it.
 *  @param data [in] `bytes` bytes
 *  @param bytes [in] must be numel x element_size, otherwise PT_ERROR_VALUE */
PT_API pt_status pt_tensor_copy_in_(pt_tensor *tensor, const void *data, int64_t bytes, pt_call *call);

/** Fixes the size of the storage, so that a pointer into it stays valid while any handle to it exists.
 *  Operators that would have to resize it fail from then on. */
PT_API pt_status pt_tensor_pin_storage_(pt_tensor *tensor, pt_call *call);

/** Returns a new tensor with a copy of `bytes` bytes at `data` [in], in row-major order.
 *  @param sizes [in] `dim` numbers, none negative (PT_ERROR_RUNTIME)
 *  @param bytes [in] must be the product of sizes x the dtype's size, otherwise PT_ERROR_VALUE
 *  @return [own]; NULL on failure */
PT_API pt_tensor *pt_from_data(const void *data, int64_t bytes, const int64_t *sizes, int64_t dim,
                               const pt_options *options, pt_call *call);

/* ------------------------------------------------------------------------------------- generators
 * Random number generators, for operators that take a PT_GENERATOR. */

/** Seeds the default generators of all devices. */
PT_API pt_status pt_manual_seed(uint64_t seed, pt_call *call);

/** Returns a new generator with libtorch's default seed.
 *  @param device_type [in] PT_ERROR_RUNTIME if this libtorch has no generator for it
 *  @return [own]; NULL on failure */
PT_API pt_generator *pt_generator_new(int32_t device_type, int32_t device_index, pt_call *call);

/** Returns the default generator of a device. @return [own], one more reference to it; NULL on failure */
PT_API pt_generator *pt_generator_default(int32_t device_type, int32_t device_index, pt_call *call);

/** Frees a reference to a generator. @param generator [in, own] NULL allowed */
PT_API void pt_generator_free(pt_generator *generator);

/** Seeds the generator. */
PT_API pt_status pt_generator_seed_(pt_generator *generator, uint64_t seed, pt_call *call);

/** Reads the seed that the generator was last seeded with. @param seed [out] */
PT_API pt_status pt_generator_initial_seed(const pt_generator *generator, uint64_t *seed, pt_call *call);

/** Returns a copy of the state. @return a one-dimensional PT_UINT8 tensor [own]; NULL on failure */
PT_API pt_tensor *pt_generator_state(const pt_generator *generator, pt_call *call);

/** Sets the state. @param state [in] from pt_generator_state of a generator for the same type of device */
PT_API pt_status pt_generator_set_state_(pt_generator *generator, const pt_tensor *state, pt_call *call);

/* --------------------------------------------------------------------------------------- autograd */

/** Sets whether a tensor requires a gradient.
 *  @return PT_ERROR_RUNTIME for an integer tensor, or when turning it off for a tensor that is not a leaf */
PT_API pt_status pt_tensor_set_requires_grad_(pt_tensor *tensor, bool requires_grad, pt_call *call);

/** Reads the name of the graph node that made a tensor, such as "AddBackward0".
 *  @param name [out] PT_STRING, freed by pt_value_free; PT_NONE for a leaf */
PT_API pt_status pt_tensor_grad_fn(const pt_tensor *tensor, pt_value *name, pt_call *call);

/** Computes gradients and accumulates them in the leaves.
 *  @param gradient [in] of the tensor's shape; NULL allowed for a tensor of one element
 *  @param retain_graph [in] keep the graph for another backward pass
 *  @param create_graph [in] record the backward pass itself */
PT_API pt_status pt_tensor_backward(const pt_tensor *tensor, const pt_tensor *gradient, bool retain_graph,
                                    bool create_graph, pt_call *call);

/** Returns the accumulated gradient. @return [own]; NULL, without an error, if there is none */
PT_API pt_tensor *pt_tensor_grad(const pt_tensor *tensor, pt_call *call);

/** Replaces the accumulated gradient. @param grad [in] NULL allowed: removes it */
PT_API pt_status pt_tensor_set_grad_(pt_tensor *tensor, const pt_tensor *grad, pt_call *call);

/** Computes the gradients of the outputs with respect to the inputs, without accumulating them in the leaves.
 *  @param grad_outputs [in] NULL, or output_count entries of which any may be NULL
 *  @param allow_unused [in] otherwise an input that no output depends on is an error
 *  @param results [out, own] input_count handles, NULL for unused inputs */
PT_API pt_status pt_autograd_grad(const pt_tensor *const *outputs, int64_t output_count,
                                  const pt_tensor *const *inputs, int64_t input_count,
                                  const pt_tensor *const *grad_outputs, bool retain_graph, bool create_graph,
                                  bool allow_unused, pt_tensor **results, pt_call *call);

/** The result of a pt_grad_hook that has failed. */
#define PT_HOOK_FAILED 1

/** A gradient hook, called during a backward pass on the thread that runs it. Handles are passed as numbers, so
 *  that a managed runtime does not have to allocate objects to call its code. It must not throw. It may call any
 *  function of this library.
 *  @param id [in] as given to pt_tensor_register_hook
 *  @param grad [in] a pt_tensor*, for the duration of the call
 *  @return 0 to leave the gradient unchanged, another one as a pt_tensor* [own], or PT_HOOK_FAILED to end the backward
 *          pass with PT_ERROR_HOOK */
typedef uintptr_t (*pt_grad_hook)(int64_t id, uintptr_t grad);

/** The release function of a hook, called once, on any thread, when the hook will not be called again.
 *  @param id [in] as given to pt_tensor_register_hook */
typedef void (*pt_hook_release)(int64_t id);

/** Registers a hook that is called with the gradient of the tensor in every backward pass that computes it. On a
 *  thread with little stack left, the backward pass fails with PT_ERROR_RUNTIME and the hook is not called.
 *  @param release [in] called when the tensor and all graphs that refer to it are freed
 *  @param position [out] for pt_tensor_remove_hook
 *  @return PT_ERROR_RUNTIME for a tensor that requires no gradient; release is not called then */
PT_API pt_status pt_tensor_register_hook(const pt_tensor *tensor, pt_grad_hook hook, pt_hook_release release,
                                         int64_t id, int64_t *position, pt_call *call);

/** Removes a hook. @param position [in] from pt_tensor_register_hook of this tensor */
PT_API pt_status pt_tensor_remove_hook(const pt_tensor *tensor, int64_t position, pt_call *call);

/* ------------------------------------------------------------------------------------------ modes */

/** Reads the modes that a call runs in. @param modes [out] with no PT_MODE_INHERIT in it */
PT_API pt_status pt_modes_read(pt_modes *modes, pt_call *call);

/** Clears autocast's cache of cast parameters, for all threads. To be called when a program leaves its outermost
 *  autocast region. */
PT_API pt_status pt_autocast_clear_cache(pt_call *call);

/** Returns whether anomaly mode is on, in which the error of a backward pass names the forward operator. The mode is
 *  process-wide. */
PT_API bool pt_anomaly_mode(void);

/** Turns anomaly mode on or off, process-wide. @param check_nan [in] whether a NaN in a gradient is an error */
PT_API void pt_set_anomaly_mode(bool enabled, bool check_nan);

/** Stores a text in the graph nodes that were added, in anomaly mode, by the call that has made a tensor.
 *  pt_error_call returns the text if a backward pass fails at one of these nodes.
 *  @param text [in] `length` bytes, copied */
PT_API pt_status pt_tensor_note_call(const pt_tensor *tensor, const char *text, int64_t length,
                                     pt_call *call);

/** Stores libtorch's warnings from now on, instead of printing them, for all threads that call this library: each text
 *  once, and at most 256 texts. */
PT_API void pt_keep_warnings(void);

/** Returns a pointer to the number of stored warnings, which may be read at any time. [borrow] forever */
PT_API const int64_t *pt_warnings(void);

/** Removes and returns the oldest stored warning. @param text [out] PT_STRING [own], freed by pt_value_free;
 *  PT_NONE if there is none */
PT_API pt_status pt_warning_take(pt_value *text, pt_call *call);

/** Returns whether operators without a deterministic implementation fail. The setting is process-wide. */
PT_API bool pt_deterministic(void);

/** Sets whether operators without a deterministic implementation fail, process-wide.
 *  @param warn_only [in] whether they only warn */
PT_API void pt_set_deterministic(bool enabled, bool warn_only);

/** Sets whether denormal numbers are treated as zero on this thread and the threads that libtorch starts.
 *  @return whether the processor supports it */
PT_API bool pt_set_flush_denormal(bool enabled);

/* -------------------------------------------------------------------------------------- operators
 * Operators of libtorch, through its dispatcher. */

/** Finds an operator, such as "aten::cumsum" or, with an overload, "aten::add.Tensor".
 *  @return [borrow] forever; NULL if unknown, with PT_ERROR_VALUE and a message that lists the overloads */
PT_API const pt_operator *pt_operator_find(const char *name, int64_t length, pt_call *call);

/** Returns the schema, such as "aten::cumsum(Tensor self, int dim, *, ScalarType? dtype=None) -> Tensor".
 *  @param length [out] bytes
 *  @return [borrow] forever */
PT_API const char *pt_operator_schema(const pt_operator *op, int64_t *length);

/** Returns the number of arguments. */
PT_API int64_t pt_operator_arguments(const pt_operator *op);

/** Returns the number of results. */
PT_API int64_t pt_operator_results(const pt_operator *op);

/** Returns the index of a named argument, or -1. */
PT_API int64_t pt_operator_argument_index(const pt_operator *op, const char *name, int64_t length);

/** Calls an operator.
 *  @param arguments [in] in the order of the schema; those beyond `count` take their defaults
 *  @param results [out] pt_operator_results(op) values. The caller owns the tensors in them, and the
 *         lists and strings, which pt_value_free frees.
 *  @return PT_ERROR_TYPE if a value does not match the schema, PT_ERROR_VALUE for too many or missing arguments */
PT_API pt_status pt_operator_call(const pt_operator *op, const pt_value *arguments, int64_t count,
                                  pt_value *results, pt_call *call);

/** Frees the list or string of a result, not the tensors in it. @param value [in] */
PT_API void pt_value_free(const pt_value *value);

#include "panama_torch_operators.h"

#ifdef __cplusplus
}
#endif

#endif /* PANAMA_TORCH_H */
