/*
 * panama_torch.h: the C contract between the JVM and libtorch. It is the only header that Java knows;
 * its bindings are generated from it. Plain C11, also valid C++.
 *
 * Conventions
 *
 *  1. Handles. pt_tensor, pt_error, pt_operator and pt_generator are opaque. A handle is never read
 *     through, only passed back.
 *  2. Ownership. Every pt_tensor* that a function returns, or writes to a results array, is a new
 *     handle that the caller owns [own] and ends with pt_tensor_free, once. Two handles may share one
 *     tensor (pt_reshape of a matching shape, pt_tensor_grad): freeing one leaves the other valid.
 *     Arguments are borrowed for the duration of the call. Other returned pointers are [borrow], and
 *     say how long they live. A trailing underscore in a name means that the first argument is changed
 *     in place.
 *  3. Calls. The last parameter of a function that can fail is a pt_call, which must not be NULL: the modes that
 *     the call runs in, and a slot for the error. On success the slot is left untouched. On failure it receives
 *     an owned pt_error [own], the results are untouched, and the function returns NULL or a pt_status
 *     other than PT_OK. Nothing is kept between calls: there is no "last error", and the modes of a call are
 *     put back when it returns. No C++ exception leaves this library.
 *  4. Threads. Every function may be called on any thread, and on one tensor from many threads as long
 *     as none of them changes it; a handle must not be freed while another call uses it.
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

/** A tensor: one reference to a libtorch tensor. Ended by pt_tensor_free. */
typedef struct pt_tensor pt_tensor;

/** Why a call failed. Ended by pt_error_free. */
typedef struct pt_error pt_error;

/** An operator of libtorch's dispatcher. Lives as long as the process; never freed. */
typedef struct pt_operator pt_operator;

/** A stream of random numbers. Ended by pt_generator_free. */
typedef struct pt_generator pt_generator;

/** Whether a mode is on. */
typedef enum pt_mode {
  PT_MODE_INHERIT = 0, /**< as the operating-system thread has it: libtorch's default, but for hooks */
  PT_MODE_OFF = 1,
  PT_MODE_ON = 2
} pt_mode;

/** Casting of operators to a lower precision, for one type of device. */
typedef struct pt_autocast {
  int32_t mode;  /**< pt_mode */
  int32_t dtype; /**< pt_dtype; ignored with PT_MODE_INHERIT */
} pt_autocast;

/** The modes that a call runs in. */
typedef struct pt_modes {
  int32_t grad;      /**< pt_mode: whether operators record the graph */
  int32_t inference; /**< pt_mode: whether tensors are made that can never take part in a graph */
  pt_autocast autocast_cpu;
  pt_autocast autocast_cuda;
} pt_modes;

/** What accompanies the arguments of a call. */
typedef struct pt_call {
  const pt_modes *modes; /**< [in] NULL: PT_MODE_INHERIT throughout */
  pt_error *error;       /**< [out, own] on failure */
} pt_call;

/** What kind of failure it was. */
typedef enum pt_status {
  PT_OK = 0,
  PT_ERROR_INTERNAL = 1,        /**< libtorch's own assertions, and exceptions of unknown kind */
  PT_ERROR_RUNTIME = 2,         /**< libtorch's plain errors: shapes and dtypes that do not fit, mostly */
  PT_ERROR_INDEX = 3,           /**< a dimension or an index out of range */
  PT_ERROR_VALUE = 4,           /**< an argument of the right type and a wrong value */
  PT_ERROR_TYPE = 5,            /**< an argument of a wrong type or dtype */
  PT_ERROR_NOT_IMPLEMENTED = 6, /**< no kernel for this dtype, device or option */
  PT_ERROR_OUT_OF_MEMORY = 7,   /**< native memory could not be had */
  PT_ERROR_LINALG = 8,          /**< a decomposition that failed */
  PT_ERROR_HOOK = 9             /**< a hook of the caller's reported failure; the message is its id */
} pt_status;

/** Element types. The numbers are libtorch's own. */
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

/** Device types. The numbers are libtorch's own. */
typedef enum pt_device_type { PT_CPU = 0, PT_CUDA = 1 } pt_device_type;

/** Where and of what type a tensor is made. */
typedef struct pt_options {
  int32_t dtype;        /**< pt_dtype */
  int32_t device_type;  /**< pt_device_type */
  int32_t device_index; /**< -1: the current device of that type */
  bool requires_grad;
} pt_options;

/** What a tensor is, as it stands at the time of the call. */
typedef struct pt_tensor_info {
  const int64_t *sizes;   /**< [borrow] `dim` numbers, valid while the handle lives and keeps its shape */
  const int64_t *strides; /**< [borrow] `dim` numbers, in elements; NULL where the layout has none */
  void *data;             /**< [borrow] the first element; NULL where there is no plain storage */
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

/** What a pt_value holds. */
typedef enum pt_kind {
  PT_NONE = 0,         /**< None, or an optional that is absent */
  PT_DEFAULT = 1,      /**< [in] only: take the schema's default */
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

/** Counts the changes of this contract. pt_contract_version() of the library in use must be equal. */
#define PT_CONTRACT_VERSION 5

/** PT_CONTRACT_VERSION as it was when this library was built. */
PT_API int64_t pt_contract_version(void);

/** The version of the libtorch in use, such as "2.13.0". [borrow] forever, NUL-terminated. */
PT_API const char *pt_libtorch_version(void);

/** libtorch's description of its build: BLAS, OpenMP, CPU capability, flags.
 *  @param error [out]
 *  @return a one-dimensional PT_UINT8 tensor of UTF-8 text [own]; NULL on failure */
PT_API pt_tensor *pt_build_info(pt_call *call);

/** Threads used inside one operator, at least 1. */
PT_API int64_t pt_num_threads(void);

/** Sets the threads used inside one operator.
 *  @param count [in] at least 1, otherwise PT_ERROR_VALUE */
PT_API pt_status pt_set_num_threads(int64_t count, pt_call *call);

/** Threads used for operators that run side by side, at least 1. */
PT_API int64_t pt_num_interop_threads(void);

/** Sets the threads used for operators that run side by side; possible once, before the first such work.
 *  @param count [in] at least 1, otherwise PT_ERROR_VALUE; PT_ERROR_RUNTIME when already set or started */
PT_API pt_status pt_set_num_interop_threads(int64_t count, pt_call *call);

/** Has the process end, once it does, without the exit handlers that were registered before this call, among
 *  them the static destructors of libtorch: they would run under threads that are still calling it. Its exit
 *  status stays, and what is in the buffer of stdout is written. Does nothing where the C library cannot.
 *  @param ending [in] the process is about to end: from now on, handlers that calls register in the meantime
 *         are left out, too */
PT_API void pt_skip_exit_handlers(bool ending);

/* ----------------------------------------------------------------------------------------- errors */

/** The kind of failure; never PT_OK. */
PT_API pt_status pt_error_status(const pt_error *error);

/** The message, without a C++ backtrace.
 *  @param length [out] bytes
 *  @return [borrow] while the error lives */
PT_API const char *pt_error_message(const pt_error *error, int64_t *length);

/** The message and, where libtorch recorded one, the C++ backtrace.
 *  @param length [out] bytes
 *  @return [borrow] while the error lives */
PT_API const char *pt_error_backtrace(const pt_error *error, int64_t *length);

/** The note of pt_tensor_note_call for the operator at which a backward pass failed; of length 0 otherwise.
 *  @param length [out] bytes
 *  @return [borrow] until pt_error_free */
PT_API const char *pt_error_call(const pt_error *error, int64_t *length);

/** Ends an error. @param error [in] NULL allowed */
PT_API void pt_error_free(pt_error *error);

/* ----------------------------------------------------------------------------------------- memory */

/** What is alive at this moment. */
typedef struct pt_memory {
  int64_t live_tensors; /**< handles made and not yet freed */
  int64_t live_bytes;   /**< bytes that libtorch's CPU allocator has handed out and not got back */
  int64_t kept_bytes;   /**< bytes of blocks that wait for the next tensor; see pt_memory_keep */
} pt_memory;

/** Reads the counters, which are summed over the threads. @param memory [out] */
PT_API void pt_memory_read(pt_memory *memory);

/** Bytes that libtorch's CPU allocator has ever handed out: a number that only grows, some MiB late for
 *  each thread, to be read at any time at almost no cost. @return [borrow] forever, aligned */
PT_API const int64_t *pt_memory_allocated(void);

/** How many bytes of large blocks, of 64 KiB and more, may be kept for the next tensors rather than given back
 *  to the C library; what is kept beyond that goes back at once. None at first.
 *  @param bytes [in] at least 0 */
PT_API pt_status pt_memory_keep(int64_t bytes, pt_call *call);

/* ---------------------------------------------------------------------------------------- tensors */

/** Ends a handle. @param tensor [in, own] NULL allowed */
PT_API void pt_tensor_free(pt_tensor *tensor);

/** A second handle to the same tensor: the same data, gradient and graph.
 *  @return [own] */
PT_API pt_tensor *pt_tensor_share(const pt_tensor *tensor, pt_call *call);

/** Describes a tensor. @param info [out] */
PT_API pt_status pt_tensor_describe(const pt_tensor *tensor, pt_tensor_info *info, pt_call *call);

/** The value of a tensor of one element.
 *  @param value [out] PT_INT, PT_DOUBLE or PT_TRUTH
 *  @return PT_ERROR_RUNTIME when numel is not 1 */
PT_API pt_status pt_tensor_item(const pt_tensor *tensor, pt_value *value, pt_call *call);

/** Copies the elements out, in row-major order, from any device and strides.
 *  @param data [out] `bytes` bytes
 *  @param bytes [in] must be numel x element_size, otherwise PT_ERROR_VALUE */
PT_API pt_status pt_tensor_copy_out(const pt_tensor *tensor, void *data, int64_t bytes, pt_call *call);

/** Copies elements in, in row-major order, to any device and strides, without a trace in the graph.
 *  @param data [in] `bytes` bytes
 *  @param bytes [in] must be numel x element_size, otherwise PT_ERROR_VALUE */
PT_API pt_status pt_tensor_copy_in_(pt_tensor *tensor, const void *data, int64_t bytes, pt_call *call);

/** Fixes the size of the storage, so that a pointer into it stays valid while any handle to it lives.
 *  Operators that would have to grow it fail from then on. */
PT_API pt_status pt_tensor_pin_storage_(pt_tensor *tensor, pt_call *call);

/** A tensor with a copy of `bytes` bytes at `data` [in], in row-major order.
 *  @param sizes [in] `dim` numbers, none negative (PT_ERROR_RUNTIME)
 *  @param bytes [in] must be the product of sizes x the dtype's size, otherwise PT_ERROR_VALUE
 *  @return [own]; NULL on failure */
PT_API pt_tensor *pt_from_data(const void *data, int64_t bytes, const int64_t *sizes, int64_t dim,
                               const pt_options *options, pt_call *call);

/* ------------------------------------------------------------------------------------- generators
 * Streams of random numbers beside the default ones, for operators that take a PT_GENERATOR. */

/** Seeds the default generators of all devices. */
PT_API pt_status pt_manual_seed(uint64_t seed, pt_call *call);

/** A new stream, seeded with libtorch's default seed.
 *  @param device_type [in] PT_ERROR_RUNTIME where this libtorch has none for it
 *  @return [own]; NULL on failure */
PT_API pt_generator *pt_generator_new(int32_t device_type, int32_t device_index, pt_call *call);

/** The stream of the operators that are given none. @return [own], one more reference to it; NULL on failure */
PT_API pt_generator *pt_generator_default(int32_t device_type, int32_t device_index, pt_call *call);

/** Ends a reference. @param generator [in, own] NULL allowed */
PT_API void pt_generator_free(pt_generator *generator);

/** Starts the stream anew. */
PT_API pt_status pt_generator_seed_(pt_generator *generator, uint64_t seed, pt_call *call);

/** The seed that the stream was last started from. @param seed [out] */
PT_API pt_status pt_generator_initial_seed(const pt_generator *generator, uint64_t *seed, pt_call *call);

/** Where the stream stands. @return a one-dimensional PT_UINT8 tensor [own]; NULL on failure */
PT_API pt_tensor *pt_generator_state(const pt_generator *generator, pt_call *call);

/** Puts the stream where it stood. @param state [in] from pt_generator_state of such a generator */
PT_API pt_status pt_generator_set_state_(pt_generator *generator, const pt_tensor *state, pt_call *call);

/* --------------------------------------------------------------------------------------- autograd */

/** PT_ERROR_RUNTIME where libtorch refuses: integers, or turning it off for a tensor that is no leaf. */
PT_API pt_status pt_tensor_set_requires_grad_(pt_tensor *tensor, bool requires_grad, pt_call *call);

/** The name of the operation that a recorded result came from, such as "AddBackward0".
 *  @param name [out] PT_STRING, ended by pt_value_free; PT_NONE for a leaf */
PT_API pt_status pt_tensor_grad_fn(const pt_tensor *tensor, pt_value *name, pt_call *call);

/** Accumulates into the gradients of the leaves.
 *  @param gradient [in] of the tensor's shape; NULL allowed for a tensor of one element
 *  @param retain_graph [in] keep the graph for another backward pass
 *  @param create_graph [in] record the backward pass itself */
PT_API pt_status pt_tensor_backward(const pt_tensor *tensor, const pt_tensor *gradient, bool retain_graph,
                                    bool create_graph, pt_call *call);

/** The accumulated gradient. @return [own]; NULL, and no error, where there is none */
PT_API pt_tensor *pt_tensor_grad(const pt_tensor *tensor, pt_call *call);

/** Replaces the accumulated gradient. @param grad [in] NULL allowed: drops it */
PT_API pt_status pt_tensor_set_grad_(pt_tensor *tensor, const pt_tensor *grad, pt_call *call);

/** The gradients of the outputs with respect to the inputs, without touching the leaves.
 *  @param grad_outputs [in] NULL, or output_count entries of which any may be NULL
 *  @param allow_unused [in] otherwise an input that no output depends on is an error
 *  @param results [out, own] input_count handles, NULL for unused inputs */
PT_API pt_status pt_autograd_grad(const pt_tensor *const *outputs, int64_t output_count,
                                  const pt_tensor *const *inputs, int64_t input_count,
                                  const pt_tensor *const *grad_outputs, bool retain_graph, bool create_graph,
                                  bool allow_unused, pt_tensor **results, pt_call *call);

/** Returned by a pt_grad_hook that has failed. */
#define PT_HOOK_FAILED 1

/** A hook: called with a gradient during the backward pass, on the thread that runs it. Handles cross as
 *  numbers, so that a managed runtime need not allocate anything to enter its code. Nothing may be thrown
 *  through it. It may call any function of this library.
 *  @param id [in] as given to pt_tensor_register_hook
 *  @param grad [in] a pt_tensor*, for the duration of the call
 *  @return 0 to leave the gradient, another one as a pt_tensor* [own], or PT_HOOK_FAILED to end the backward
 *          pass with PT_ERROR_HOOK */
typedef uintptr_t (*pt_grad_hook)(int64_t id, uintptr_t grad);

/** Called once when a hook will not be called again, on any thread. @param id [in] */
typedef void (*pt_hook_release)(int64_t id);

/** Has `hook` called with the gradient of the tensor in every backward pass that reaches it. A backward pass
 *  on a thread with little stack left fails with PT_ERROR_RUNTIME rather than call it.
 *  @param release [in] called when the tensor and all graphs that know of it are gone
 *  @param position [out] for pt_tensor_remove_hook
 *  @return PT_ERROR_RUNTIME for a tensor that requires no gradient, after which release is not called */
PT_API pt_status pt_tensor_register_hook(const pt_tensor *tensor, pt_grad_hook hook, pt_hook_release release,
                                         int64_t id, int64_t *position, pt_call *call);

/** Takes a hook away. @param position [in] from pt_tensor_register_hook of this tensor */
PT_API pt_status pt_tensor_remove_hook(const pt_tensor *tensor, int64_t position, pt_call *call);

/* ------------------------------------------------------------------------------------------ modes */

/** Reads the modes that a call runs in. @param modes [out] with no PT_MODE_INHERIT in it */
PT_API pt_status pt_modes_read(pt_modes *modes, pt_call *call);

/** Drops the casts of parameters that autocast has kept, on every thread. To be called when a program leaves its
 *  outermost region of autocast. */
PT_API pt_status pt_autocast_clear_cache(pt_call *call);

/** Whether the backward pass tells of the forward operator that a failure came from. Process-wide. */
PT_API bool pt_anomaly_mode(void);

/** Sets it. @param check_nan [in] fail at the first NaN in a gradient */
PT_API void pt_set_anomaly_mode(bool enabled, bool check_nan);

/** Notes where the program called the operator that made a tensor, for the nodes that it has added to the graph
 *  in anomaly mode: pt_error_call tells it when a backward pass fails at one of them.
 *  @param text [in] `length` bytes, copied */
PT_API pt_status pt_tensor_note_call(const pt_tensor *tensor, const char *text, int64_t length,
                                     pt_call *call);

/** From now on, keeps what libtorch warns of on the calling thread instead of printing it: each text once, 256
 *  texts at most. */
PT_API pt_status pt_keep_warnings(pt_call *call);

/** The number of kept warnings that wait for pt_warning_take. [borrow] forever, to be read at any time */
PT_API const int64_t *pt_warnings(void);

/** Takes the oldest kept warning. @param text [out] PT_STRING [own], or PT_NONE; ended by pt_value_free */
PT_API pt_status pt_warning_take(pt_value *text, pt_call *call);

/** Whether operators without a deterministic implementation fail. Process-wide. */
PT_API bool pt_deterministic(void);

/** Sets it. @param warn_only [in] they warn instead */
PT_API void pt_set_deterministic(bool enabled, bool warn_only);

/** Whether denormal numbers count as zero, on this thread and those that libtorch starts.
 *  @return whether the processor can */
PT_API bool pt_set_flush_denormal(bool enabled);

/* -------------------------------------------------------------------------------------- operators
 * Operators of libtorch, through its dispatcher. */

/** Finds an operator, such as "aten::cumsum" or, with an overload, "aten::add.Tensor".
 *  @return [borrow] forever; NULL with PT_ERROR_VALUE, and the overloads there are, when unknown */
PT_API const pt_operator *pt_operator_find(const char *name, int64_t length, pt_call *call);

/** Its schema, such as "aten::cumsum(Tensor self, int dim, *, ScalarType? dtype=None) -> Tensor".
 *  @param length [out] bytes
 *  @return [borrow] forever */
PT_API const char *pt_operator_schema(const pt_operator *op, int64_t *length);

/** The number of arguments, and of results. */
PT_API int64_t pt_operator_arguments(const pt_operator *op);
PT_API int64_t pt_operator_results(const pt_operator *op);

/** The place of a named argument, or -1. */
PT_API int64_t pt_operator_argument_index(const pt_operator *op, const char *name, int64_t length);

/** Calls it.
 *  @param arguments [in] in the schema's order; those beyond `count` take their defaults
 *  @param results [out] pt_operator_results(op) values. Tensors in them are owned by the caller, as are
 *         lists and strings, which end with pt_value_free.
 *  @return PT_ERROR_TYPE when a value does not suit the schema, PT_ERROR_VALUE for too many or too few */
PT_API pt_status pt_operator_call(const pt_operator *op, const pt_value *arguments, int64_t count,
                                  pt_value *results, pt_call *call);

/** Frees the list or string of a result, not the tensors in it. @param value [in] */
PT_API void pt_value_free(const pt_value *value);

#include "panama_torch_operators.h"

#ifdef __cplusplus
}
#endif

#endif /* PANAMA_TORCH_H */
