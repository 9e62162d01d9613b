/* Tests every function and every convention of panama_torch.h from C. */
#define _POSIX_C_SOURCE 200809L
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#if defined(__GLIBC__)
#include <sys/wait.h>
#include <unistd.h>
#endif

#include "panama_torch.h"

#define COUNT(array) ((int64_t)(sizeof(array) / sizeof *(array)))
#define LIST(type, ...) (type const[]){__VA_ARGS__}, COUNT(((type const[]){__VA_ARGS__}))
#define SIZES(...) LIST(int64_t, __VA_ARGS__)
#define TENSORS(...) LIST(const pt_tensor *, __VA_ARGS__)
#define TEXT(literal) literal, (int64_t)strlen(literal)

#define CHECK(...)                                                      \
  do {                                                                  \
    if (!(__VA_ARGS__)) {                                               \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #__VA_ARGS__); \
      exit(1);                                                          \
    }                                                                   \
  } while (0)

static const pt_options FLOATS = {.dtype = PT_FLOAT32, .device_type = PT_CPU, .device_index = -1};
static const pt_options INTEGERS = {.dtype = PT_INT64, .device_type = PT_CPU, .device_index = -1};

/* The pt_call of all calls on a thread: no modes, unless a test sets some, and the slot for the error, which a
 * successful call must leave untouched and a failed one must set. */
static _Thread_local pt_call call;

/* ---------------------------------------------------------------------------------- values by kind */

#define TENSOR(x) ((pt_value){.kind = PT_TENSOR, .payload.tensor = (x)})
#define INT(i) ((pt_value){.kind = PT_INT, .payload.integer = (i)})
#define REAL(r) ((pt_value){.kind = PT_DOUBLE, .payload.real = (r)})
#define TRUTH(b) ((pt_value){.kind = PT_TRUTH, .payload.integer = (b)})
#define STRING(s) ((pt_value){.kind = PT_STRING, .payload.string = (s), .length = (int64_t)strlen(s)})
#define DEVICE(type, index) ((pt_value){.kind = PT_DEVICE, .payload.integer = (type), .length = (index)})
#define GENERATOR(g) ((pt_value){.kind = PT_GENERATOR, .payload.generator = (g)})
#define TENSOR_LIST(...) tensor_list(TENSORS(__VA_ARGS__))
#define INT_LIST(...) int_list(PT_INT_LIST, LIST(int64_t, __VA_ARGS__))
#define TRUTH_LIST(...) int_list(PT_TRUTH_LIST, LIST(int64_t, __VA_ARGS__))
#define REAL_LIST(...) real_list(LIST(double, __VA_ARGS__))
static const pt_value NONE = {.kind = PT_NONE}, DEFAULT = {.kind = PT_DEFAULT};
static const pt_value NO_TENSORS = {.kind = PT_TENSOR_LIST}, NO_INTS = {.kind = PT_INT_LIST};

static pt_value tensor_list(const pt_tensor *const *tensors, int64_t count) {
  return (pt_value){.kind = PT_TENSOR_LIST, .payload.tensors = tensors, .length = count};
}

static pt_value int_list(pt_kind kind, const int64_t *integers, int64_t count) {
  return (pt_value){.kind = kind, .payload.integers = integers, .length = count};
}

static pt_value real_list(const double *reals, int64_t count) {
  return (pt_value){.kind = PT_DOUBLE_LIST, .payload.reals = reals, .length = count};
}

/* --------------------------------------------------------------------------- successes and failures */

static void stop(int line, const char *what) {
  int64_t length = 0;
  const char *message = call.error == NULL ? "" : pt_error_message(call.error, &length);
  fprintf(stderr, "%s:%d: %s: %.*s\n", __FILE__, line, what, (int)length, message);
  exit(1);
}

static pt_tensor *made_at(int line, pt_tensor *tensor) {
  if (tensor == NULL || call.error != NULL) stop(line, "expected a tensor");
  return tensor;
}
#define MADE(expression) made_at(__LINE__, expression)

static void done_at(int line, pt_status status) {
  if (status != PT_OK || call.error != NULL) stop(line, "expected success");
}
#define DONE(expression) done_at(__LINE__, expression)

/* Checks that the error in the slot has this status, and a message that contains `part` and no C++ backtrace. */
static void failed_at(int line, pt_status expected, const char *part) {
  if (call.error == NULL) stop(line, "expected a failure");
  int64_t length = 0, long_length = 0;
  const char *message = pt_error_message(call.error, &length);
  const char *backtrace = pt_error_backtrace(call.error, &long_length);
  char text[4096];
  snprintf(text, sizeof text, "%.*s", (int)length, message);
  if (pt_error_status(call.error) != expected || strstr(text, part) == NULL || backtrace == NULL ||
      strstr(text, "Exception raised from") != NULL) {
    fprintf(stderr, "%s:%d: expected status %d with '%s', got %d: %s\n", __FILE__, line, (int)expected, part,
            (int)pt_error_status(call.error), text);
    exit(1);
  }
  pt_error_free(call.error);
  call.error = NULL;
}
#define NULL_FAILS(expression, status, part) \
  do {                                       \
    CHECK((expression) == NULL);             \
    failed_at(__LINE__, status, part);       \
  } while (0)
#define STATUS_FAILS(expression, status, part) \
  do {                                         \
    CHECK((expression) == (status));           \
    failed_at(__LINE__, status, part);         \
  } while (0)

/* Fills results with a pattern that a failed call must leave untouched. */
#define MARK(results) memset(&(results), 0x5a, sizeof(results))
#define IS_MARKED(results) is_marked(&(results), sizeof(results))
static bool is_marked(const void *results, size_t size) {
  for (size_t i = 0; i < size; i++) {
    if (((const unsigned char *)results)[i] != 0x5a) return false;
  }
  return true;
}

/* STATUS_FAILS for a call with results. */
#define RESULTS_FAIL(results, expression, status, part) \
  do {                                                  \
    MARK(results);                                      \
    STATUS_FAILS(expression, status, part);             \
    CHECK(IS_MARKED(results));                          \
  } while (0)

/* ------------------------------------------------------------------------------------ calls by name */

static const pt_operator *found_at(int line, const char *name) {
  const pt_operator *op = pt_operator_find(TEXT(name), &call);
  if (op == NULL || call.error != NULL) stop(line, name);
  return op;
}
#define FOUND(name) found_at(__LINE__, name)

/* Calls an operator and returns its result, which must be one tensor; NULL, and the error in the slot, on failure. */
static pt_tensor *by_name_at(int line, const char *name, const pt_value *arguments, int64_t count) {
  pt_value result;
  MARK(result);
  const pt_status status = pt_operator_call(found_at(line, name), arguments, count, &result, &call);
  if (status == PT_OK) {
    if (result.kind != PT_TENSOR) stop(line, "expected one tensor");
    return (pt_tensor *)result.payload.tensor;
  }
  if (call.error == NULL || pt_error_status(call.error) != status)
    stop(line, "the status is not that of the error");
  if (!IS_MARKED(result)) stop(line, "a failed call has written its result");
  return NULL;
}
#define BY_NAME(name, ...) by_name_at(__LINE__, name, LIST(pt_value, __VA_ARGS__))

/* Calls an operator with at most three results, all of them tensors; fills the rest of `results` with NULL. */
static pt_status several_at(int line, const char *name, pt_tensor **results, const pt_value *arguments,
                            int64_t count) {
  pt_value values[3];
  const pt_operator *op = found_at(line, name);
  const pt_status status = pt_operator_call(op, arguments, count, values, &call);
  if (status != PT_OK) return status;
  for (int64_t i = 0; i < COUNT(values); i++)
    results[i] = i < pt_operator_results(op) ? (pt_tensor *)values[i].payload.tensor : NULL;
  return PT_OK;
}
#define SEVERAL(name, results, ...) several_at(__LINE__, name, results, LIST(pt_value, __VA_ARGS__))

/* Calls an operator that changes its first argument in place, and frees the second handle to it that is returned. */
#define IN_PLACE(name, ...) pt_tensor_free(MADE(BY_NAME(name, __VA_ARGS__)))

/* ------------------------------------------------------------------------------------------ tensors */

static double item(const pt_tensor *tensor) {
  pt_value value;
  DONE(pt_tensor_item(tensor, &value, &call));
  return value.kind == PT_DOUBLE ? value.payload.real : (double)value.payload.integer;
}

static pt_tensor_info described(const pt_tensor *tensor) {
  pt_tensor_info info;
  DONE(pt_tensor_describe(tensor, &info, &call));
  return info;
}

static pt_tensor *vector(const float *values, int64_t count) {
  return MADE(pt_from_data(values, count * (int64_t)sizeof *values, SIZES(count), &FLOATS, &call));
}
#define VECTOR(...) vector(LIST(float, __VA_ARGS__))

static pt_tensor *indices(const int64_t *values, int64_t count) {
  return MADE(pt_from_data(values, count * (int64_t)sizeof *values, SIZES(count), &INTEGERS, &call));
}
#define INDICES(...) indices(LIST(int64_t, __VA_ARGS__))

/* Makes the tensor require a gradient, and returns it. */
static pt_tensor *tracked(pt_tensor *tensor) {
  DONE(pt_tensor_set_requires_grad_(tensor, true, &call));
  return tensor;
}

#define ONES(...) MADE(BY_NAME("aten::ones", INT_LIST(__VA_ARGS__)))
#define ZEROS(...) MADE(BY_NAME("aten::zeros", INT_LIST(__VA_ARGS__)))
#define EMPTY(...) MADE(BY_NAME("aten::empty.memory_format", INT_LIST(__VA_ARGS__)))
#define SUM(x) MADE(BY_NAME("aten::sum", TENSOR(x)))

static void free_all(pt_tensor *const *tensors, int64_t count) {
  for (int64_t i = 0; i < count; i++) pt_tensor_free(tensors[i]);
}
#define FREE(...) free_all(LIST(pt_tensor *, __VA_ARGS__))

/* Checks the elements of a tensor of any type, converted to doubles, and frees the tensor. */
static void expect_at(int line, pt_tensor *tensor, const double *expected, int64_t count) {
  pt_tensor *doubles = made_at(line, BY_NAME("aten::to.dtype", TENSOR(tensor), INT(PT_FLOAT64)));
  double actual[64];
  CHECK(count <= COUNT(actual));
  done_at(line, pt_tensor_copy_out(doubles, actual, count * (int64_t)sizeof *actual, &call));
  for (int64_t i = 0; i < count; i++) {
    if (!(fabs(actual[i] - expected[i]) < 1e-4)) {
      fprintf(stderr, "%s:%d: element %d: expected %g, got %g\n", __FILE__, line, (int)i, expected[i],
              actual[i]);
      exit(1);
    }
  }
  FREE(doubles, tensor);
}
#define EXPECT(expression, ...) expect_at(__LINE__, MADE(expression), LIST(double, __VA_ARGS__))

/* EXPECT without freeing the tensor. */
#define EXPECT_IN(tensor, ...) EXPECT(pt_tensor_share(tensor, &call), __VA_ARGS__)

static void expect_shape_at(int line, const pt_tensor *tensor, const int64_t *sizes, int64_t dim) {
  const pt_tensor_info info = described(tensor);
  bool same = info.dim == dim;
  for (int64_t i = 0; same && i < dim; i++) same = info.sizes[i] == sizes[i];
  if (!same) stop(line, "unexpected shape");
}
#define EXPECT_SHAPE(tensor, ...) expect_shape_at(__LINE__, tensor, SIZES(__VA_ARGS__))

/* -------------------------------------------------------------------------------------------- tests */

static void library(void) {
  CHECK(pt_contract_version() == PT_CONTRACT_VERSION);
  CHECK(strncmp(pt_libtorch_version(), "2.13.0", 6) == 0);

  pt_tensor *text = MADE(pt_build_info(&call));
  const pt_tensor_info info = described(text);
  CHECK(info.dtype == PT_UINT8 && info.dim == 1 && info.numel > 100);
  pt_tensor_free(text);

  DONE(pt_set_num_threads(2, &call));
  CHECK(pt_num_threads() == 2);
  STATUS_FAILS(pt_set_num_threads(0, &call), PT_ERROR_VALUE, "0");
  DONE(pt_set_num_interop_threads(2, &call));
  CHECK(pt_num_interop_threads() == 2);
  STATUS_FAILS(pt_set_num_interop_threads(0, &call), PT_ERROR_VALUE, "0");
  STATUS_FAILS(pt_set_num_interop_threads(3, &call), PT_ERROR_RUNTIME, "interop");
}

static void errors(void) {
  pt_error_free(NULL);
  pt_tensor *a = VECTOR(1, 2, 3), *b = VECTOR(1, 2);
  NULL_FAILS(pt_add(a, b, &call), PT_ERROR_RUNTIME, "must match the size");
  NULL_FAILS(BY_NAME("aten::add.Tensor", TENSOR(a), TENSOR(b)), PT_ERROR_RUNTIME, "must match the size");
  NULL_FAILS(BY_NAME("aten::select.int", TENSOR(a), INT(0), INT(3)), PT_ERROR_INDEX, "out of range");
  NULL_FAILS(BY_NAME("aten::select.int", TENSOR(a), INT(1), INT(0)), PT_ERROR_INDEX,
             "Dimension out of range");
  NULL_FAILS(BY_NAME("aten::zeros", INT_LIST(-1)), PT_ERROR_RUNTIME, "negative");
  NULL_FAILS(BY_NAME("aten::empty.memory_format", INT_LIST(1LL << 60)), PT_ERROR_OUT_OF_MEMORY, "memory");
  NULL_FAILS(BY_NAME("aten::add.Tensor", TENSOR(a), STRING("x")), PT_ERROR_TYPE,
             "argument 'other' is Tensor, got a string");
  NULL_FAILS(BY_NAME("aten::add.Scalar", TENSOR(a), STRING("x")), PT_ERROR_TYPE,
             "argument 'other' is number, got a string");
  pt_value value;
  RESULTS_FAIL(value, pt_tensor_item(a, &value, &call), PT_ERROR_RUNTIME, "3 elements");

  pt_error *const earlier = (pt_error *)&value; /* a successful call does not read the slot either */
  call.error = earlier;
  pt_tensor *sum = pt_add(a, a, &call), *share = pt_tensor_share(a, &call);
  pt_tensor_info info;
  CHECK(sum != NULL && share != NULL && pt_tensor_describe(a, &info, &call) == PT_OK);
  CHECK(call.error == earlier);
  call.error = NULL;
  FREE(sum, share, a, b);
}

static void handles(void) {
  pt_tensor_free(NULL);
  pt_tensor *x = VECTOR(1, 2, 3, 4, 5, 6);
  pt_tensor *matrix = MADE(BY_NAME("aten::view", TENSOR(x), INT_LIST(2, 3)));
  pt_tensor *same = MADE(pt_tensor_share(x, &call));
  pt_tensor_free(x); /* the other handles stay valid */

  pt_tensor *turned = MADE(BY_NAME("aten::transpose.int", TENSOR(matrix), INT(0), INT(1)));
  const pt_tensor_info info = described(turned);
  CHECK(info.dim == 2 && info.numel == 6 && info.sizes[0] == 3 && info.sizes[1] == 2);
  CHECK(info.strides[0] == 1 && info.strides[1] == 3 && info.element_size == 4 && !info.is_contiguous);
  CHECK(info.dtype == PT_FLOAT32 && info.device_type == PT_CPU && !info.requires_grad && info.is_leaf);
  CHECK(((const float *)info.data)[5] == 6);

  float out[6];
  DONE(pt_tensor_copy_out(turned, out, sizeof out, &call));
  CHECK(out[1] == 4 && out[5] == 6);
  RESULTS_FAIL(out, pt_tensor_copy_out(turned, out, 20, &call), PT_ERROR_VALUE, "expected 24 bytes");
  const float in[6] = {10, 20, 30, 40, 50, 60};
  DONE(pt_tensor_copy_in_(turned, in, sizeof in, &call));
  STATUS_FAILS(pt_tensor_copy_in_(turned, in, 4, &call), PT_ERROR_VALUE, "expected 24 bytes");
  EXPECT(BY_NAME("aten::clone", TENSOR(same)), 10, 30, 50, 20, 40, 60);

  DONE(pt_tensor_pin_storage_(same, &call));
  NULL_FAILS(BY_NAME("aten::resize_", TENSOR(same), INT_LIST(100)), PT_ERROR_RUNTIME, "resiz");
  FREE(turned, same, matrix);
}

static void creation(void) {
  pt_tensor *empty = EMPTY(2, 0);
  EXPECT_SHAPE(empty, 2, 0);
  pt_tensor_free(empty);
  EXPECT(BY_NAME("aten::zeros", INT_LIST(2)), 0, 0);
  EXPECT(BY_NAME("aten::zeros", NO_INTS), 0);
  EXPECT(BY_NAME("aten::ones", INT_LIST(2), INT(PT_INT64)), 1, 1);
  EXPECT(BY_NAME("aten::full", INT_LIST(2), REAL(0.5)), 0.5, 0.5);
  EXPECT(BY_NAME("aten::full", INT_LIST(1), TRUTH(true), INT(PT_BOOL)), 1);
  EXPECT(BY_NAME("aten::arange.start_step", INT(1), INT(7), INT(2), INT(PT_INT64)), 1, 3, 5);
  EXPECT(BY_NAME("aten::eye", INT(2)), 1, 0, 0, 1);
  static const int32_t STORED[] = {PT_UINT16,          PT_UINT32,        PT_UINT64,
                                   PT_FLOAT8_E5M2,     PT_FLOAT8_E4M3FN, PT_FLOAT8_E5M2FNUZ,
                                   PT_FLOAT8_E4M3FNUZ, PT_FLOAT8_E8M0FNU};
  for (size_t i = 0; i < COUNT(STORED); i++) {
    pt_tensor *numbers = INDICES(1, 2, 64);
    pt_tensor *stored = MADE(BY_NAME("aten::to.dtype", TENSOR(numbers), INT(STORED[i])));
    CHECK(described(stored).dtype == STORED[i]);
    EXPECT(stored, 1, 2, 64);
    pt_tensor_free(numbers);
  }
  const pt_options unsigned_64 = {.dtype = PT_UINT64, .device_type = PT_CPU, .device_index = -1};
  const uint64_t all_bits = UINT64_MAX;
  pt_tensor *largest = MADE(pt_from_data(&all_bits, 8, SIZES(1), &unsigned_64, &call));
  pt_value largest_value;
  DONE(pt_tensor_item(largest, &largest_value, &call));
  CHECK(largest_value.kind == PT_DOUBLE && largest_value.payload.real == 0x1p64);
  pt_tensor_free(largest);

  EXPECT(pt_from_data(&(const float){3}, 4, NULL, 0, &FLOATS, &call), 3);
  pt_tensor *nothing = MADE(pt_from_data(NULL, 0, SIZES(0, 3), &FLOATS, &call));
  EXPECT_SHAPE(nothing, 0, 3);
  pt_tensor_free(nothing);
  const pt_options weights = {
      .dtype = PT_FLOAT32, .device_type = PT_CPU, .device_index = -1, .requires_grad = true};
  pt_tensor *weight = MADE(pt_from_data(&(const float){3}, 4, SIZES(1), &weights, &call));
  CHECK(described(weight).requires_grad && described(weight).is_leaf);
  pt_tensor_free(weight);
  const pt_options unknown = {.dtype = 99, .device_type = PT_CPU, .device_index = -1};
  const pt_options nowhere = {.dtype = PT_FLOAT32, .device_type = PT_CPU, .device_index = 1000};
  NULL_FAILS(pt_from_data("", 1, SIZES(1), &unknown, &call), PT_ERROR_VALUE, "no dtype 99");
  NULL_FAILS(pt_from_data("", 1, SIZES(1), &nowhere, &call), PT_ERROR_VALUE, "index 1000");
  NULL_FAILS(pt_from_data("", 1, SIZES(2), &FLOATS, &call), PT_ERROR_VALUE, "8 bytes");
  NULL_FAILS(pt_from_data("", 1, SIZES(-1), &FLOATS, &call), PT_ERROR_RUNTIME, "negative");
  NULL_FAILS(BY_NAME("aten::empty.memory_format", INT_LIST(1), INT(99)), PT_ERROR_VALUE, "got 99");
  NULL_FAILS(BY_NAME("aten::empty.memory_format", INT_LIST(1), DEFAULT, DEFAULT, DEVICE(PT_CPU, 1000)),
             PT_ERROR_VALUE, "index 1000");

  DONE(pt_manual_seed(0, &call)); /* the numbers of torch.manual_seed(0) */
  EXPECT(BY_NAME("aten::randn", INT_LIST(3)), 1.5410, -0.2934, -2.1788);
  DONE(pt_manual_seed(0, &call));
  EXPECT(BY_NAME("aten::rand", INT_LIST(3)), 0.4963, 0.7682, 0.0885);
  DONE(pt_manual_seed(0, &call));
  EXPECT(BY_NAME("aten::randint.low", INT(0), INT(10), INT_LIST(5)), 4, 9, 3, 0, 3);
  DONE(pt_manual_seed(0, &call));
  EXPECT(BY_NAME("aten::randperm", INT(4)), 0, 1, 3, 2);
  NULL_FAILS(BY_NAME("aten::randint.low", INT(3), INT(3), INT_LIST(1)), PT_ERROR_RUNTIME, "from");

  pt_tensor *x = EMPTY(1000);
  IN_PLACE("aten::uniform_", TENSOR(x), REAL(2), REAL(3));
  pt_tensor *least = MADE(BY_NAME("aten::amin", TENSOR(x)));
  CHECK(item(least) >= 2 && item(least) < 2.1);
  IN_PLACE("aten::normal_", TENSOR(x), REAL(100), REAL(1));
  pt_tensor *mean = MADE(BY_NAME("aten::mean", TENSOR(x)));
  CHECK(fabs(item(mean) - 100) < 0.5);
  NULL_FAILS(BY_NAME("aten::normal_", TENSOR(x), REAL(0), REAL(-1)), PT_ERROR_RUNTIME, "std");
  FREE(x, least, mean);
}

static void views(void) {
  pt_tensor *flat = VECTOR(1, 2, 3, 4, 5, 6);
  pt_tensor *x = MADE(BY_NAME("aten::reshape", TENSOR(flat), INT_LIST(2, -1)));
  EXPECT_SHAPE(x, 2, 3);
  pt_tensor *up = MADE(BY_NAME("aten::unsqueeze", TENSOR(x), INT(1)));
  EXPECT_SHAPE(up, 2, 1, 3);
  pt_tensor *wide = MADE(BY_NAME("aten::expand", TENSOR(up), INT_LIST(2, 4, 3)));
  EXPECT_SHAPE(wide, 2, 4, 3);
  pt_tensor *around = MADE(BY_NAME("aten::permute", TENSOR(wide), INT_LIST(2, 0, 1)));
  EXPECT_SHAPE(around, 3, 2, 4);
  pt_tensor *down = MADE(BY_NAME("aten::squeeze.dim", TENSOR(up), INT(1)));
  EXPECT_SHAPE(down, 2, 3);
  pt_tensor *one = MADE(BY_NAME("aten::flatten.using_ints", TENSOR(wide), INT(0), INT(1)));
  EXPECT_SHAPE(one, 8, 3);
  EXPECT(BY_NAME("aten::select.int", TENSOR(x), INT(1), INT(-1)), 3, 6);
  EXPECT(BY_NAME("aten::slice.Tensor", TENSOR(x), INT(1), INT(0), INT(3), INT(2)), 1, 3, 4, 6);
  NULL_FAILS(BY_NAME("aten::slice.Tensor", TENSOR(x), INT(1), INT(0), INT(3), INT(0)), PT_ERROR_RUNTIME,
             "step");

  pt_tensor *turned = MADE(BY_NAME("aten::transpose.int", TENSOR(x), INT(0), INT(1)));
  EXPECT(BY_NAME("aten::contiguous", TENSOR(turned)), 1, 4, 2, 5, 3, 6);
  NULL_FAILS(BY_NAME("aten::view", TENSOR(turned), INT_LIST(6)), PT_ERROR_RUNTIME, "view size");

  pt_tensor *rows = INDICES(1, 0), *columns = INDICES(2, 2);
  EXPECT(BY_NAME("aten::index.Tensor", TENSOR(x), TENSOR_LIST(rows, columns)), 6, 3);
  EXPECT(BY_NAME("aten::index.Tensor", TENSOR(x), TENSOR_LIST(NULL, columns)), 3, 3, 6, 6);
  EXPECT(BY_NAME("aten::index_select", TENSOR(x), INT(0), TENSOR(rows)), 4, 5, 6, 1, 2, 3);
  pt_tensor *column = MADE(BY_NAME("aten::unsqueeze", TENSOR(rows), INT(1)));
  EXPECT(BY_NAME("aten::gather", TENSOR(x), INT(1), TENSOR(column)), 2, 4);
  pt_tensor *copy = MADE(BY_NAME("aten::clone", TENSOR(x)));
  pt_tensor *values = VECTOR(60, 30);
  IN_PLACE("aten::index_put_", TENSOR(copy), TENSOR_LIST(rows, columns), TENSOR(values), TRUTH(false));
  IN_PLACE("aten::index_put_", TENSOR(copy), TENSOR_LIST(rows, columns), TENSOR(values), TRUTH(true));
  EXPECT_IN(copy, 1, 2, 60, 4, 5, 120);
  EXPECT_IN(x, 1, 2, 3, 4, 5, 6);

  pt_tensor *mask = MADE(BY_NAME("aten::gt.Scalar", TENSOR(x), INT(3)));
  EXPECT(BY_NAME("aten::masked_fill.Scalar", TENSOR(x), TENSOR(mask), REAL(0)), 1, 2, 3, 0, 0, 0);
  EXPECT(BY_NAME("aten::where.self", TENSOR(mask), TENSOR(x), TENSOR(copy)), 1, 2, 60, 4, 5, 6);
  EXPECT(BY_NAME("aten::cat", TENSOR_LIST(rows, columns), INT(0)), 1, 0, 2, 2);
  EXPECT(BY_NAME("aten::stack", TENSOR_LIST(rows, columns), INT(1)), 1, 2, 0, 2);
  NULL_FAILS(BY_NAME("aten::cat", NO_TENSORS, INT(0)), PT_ERROR_VALUE, "empty");
  NULL_FAILS(BY_NAME("aten::cat", TENSOR_LIST(rows, NULL)), PT_ERROR_TYPE, "absent tensor");
  EXPECT(BY_NAME("aten::to.device", TENSOR(x), DEVICE(PT_CPU, -1), INT(PT_INT64), TRUTH(false), TRUTH(true)),
         1, 2, 3, 4, 5, 6);
  pt_tensor *row = VECTOR(7, 8, 9);
  IN_PLACE("aten::copy_", TENSOR(copy), TENSOR(row));
  EXPECT(BY_NAME("aten::detach", TENSOR(copy)), 7, 8, 9, 7, 8, 9);
  IN_PLACE("aten::fill_.Scalar", TENSOR(copy), INT(3));
  EXPECT(copy, 3, 3, 3, 3, 3, 3);
  FREE(flat, x, up, wide, around, down, one, turned, rows, columns, column, values, mask, row);
}

static void arithmetic(void) {
  pt_tensor *a = VECTOR(1, 4), *b = VECTOR(2, 2), *negative = VECTOR(-1, 4);
  EXPECT(pt_add(a, b, &call), 3, 6);
  EXPECT(pt_sub(a, b, &call), -1, 2);
  EXPECT(pt_mul(a, b, &call), 2, 8);
  EXPECT(pt_matmul(a, b, &call), 10);
  EXPECT(BY_NAME("aten::div.Tensor", TENSOR(a), TENSOR(b)), 0.5, 2);
  EXPECT(BY_NAME("aten::pow.Tensor_Tensor", TENSOR(a), TENSOR(b)), 1, 16);
  EXPECT(BY_NAME("aten::add.Tensor", TENSOR(a), INT(2)), 3, 6); /* a number in place of a tensor */
  EXPECT(BY_NAME("aten::sub.Tensor", TENSOR(a), REAL(2)), -1, 2);
  EXPECT(BY_NAME("aten::mul.Tensor", TENSOR(a), INT(2)), 2, 8);
  EXPECT(BY_NAME("aten::div.Tensor", TENSOR(a), INT(2)), 0.5, 2);
  EXPECT(BY_NAME("aten::pow.Tensor_Scalar", TENSOR(a), INT(2)), 1, 16);
  EXPECT(BY_NAME("aten::neg", TENSOR(a)), -1, -4);
  EXPECT(BY_NAME("aten::abs", TENSOR(negative)), 1, 4);
  EXPECT(BY_NAME("aten::exp", TENSOR(a)), 2.71828, 54.59815);
  EXPECT(BY_NAME("aten::log", TENSOR(a)), 0, 1.38629);
  EXPECT(BY_NAME("aten::sqrt", TENSOR(a)), 1, 2);

  EXPECT(BY_NAME("aten::eq.Tensor", TENSOR(a), TENSOR(negative)), 0, 1);
  EXPECT(BY_NAME("aten::ne.Tensor", TENSOR(a), TENSOR(negative)), 1, 0);
  EXPECT(BY_NAME("aten::lt.Tensor", TENSOR(a), TENSOR(b)), 1, 0);
  EXPECT(BY_NAME("aten::le.Tensor", TENSOR(a), TENSOR(a)), 1, 1);
  EXPECT(BY_NAME("aten::gt.Tensor", TENSOR(a), TENSOR(b)), 0, 1);
  EXPECT(BY_NAME("aten::ge.Tensor", TENSOR(a), TENSOR(b)), 0, 1);
  EXPECT(BY_NAME("aten::eq.Scalar", TENSOR(b), INT(2)), 1, 1);
  EXPECT(BY_NAME("aten::ne.Scalar", TENSOR(b), INT(2)), 0, 0);
  EXPECT(BY_NAME("aten::lt.Scalar", TENSOR(a), INT(2)), 1, 0);
  EXPECT(BY_NAME("aten::le.Scalar", TENSOR(a), INT(2)), 1, 0);
  EXPECT(BY_NAME("aten::gt.Scalar", TENSOR(a), INT(2)), 0, 1);
  EXPECT(BY_NAME("aten::ge.Scalar", TENSOR(a), INT(2)), 0, 1);

  pt_tensor *x = MADE(BY_NAME("aten::stack", TENSOR_LIST(a, b, negative))); /* 1 4, 2 2, -1 4 */
  EXPECT(BY_NAME("aten::sum.dim_IntList", TENSOR(x), INT_LIST(0)), 2, 10);
  EXPECT(BY_NAME("aten::sum", TENSOR(x)), 12);
  EXPECT(BY_NAME("aten::mean.dim", TENSOR(x), INT_LIST(1), TRUTH(true)), 2.5, 2, 1.5);
  EXPECT(BY_NAME("aten::amax", TENSOR(x), INT_LIST(0)), 2, 4);
  EXPECT(BY_NAME("aten::amin", TENSOR(x), INT_LIST(0, 1)), -1);
  EXPECT(BY_NAME("aten::argmax", TENSOR(x)), 1);
  EXPECT(BY_NAME("aten::argmax", TENSOR(x), INT(0)), 1, 0);

  IN_PLACE("aten::add_.Tensor", TENSOR(a), TENSOR(b));
  IN_PLACE("aten::mul_.Tensor", TENSOR(a), TENSOR(b));
  IN_PLACE("aten::sub_.Tensor", TENSOR(a), TENSOR(b));
  IN_PLACE("aten::div_.Tensor", TENSOR(a), TENSOR(b));
  IN_PLACE("aten::add_.Tensor", TENSOR(a), INT(2));
  IN_PLACE("aten::mul_.Tensor", TENSOR(a), INT(2));
  EXPECT(a, 8, 14);
  FREE(x, b, negative);
}

static void autograd(void) {
  pt_tensor *x = VECTOR(1, 2, 3);
  CHECK(pt_tensor_grad(x, &call) == NULL && call.error == NULL);
  tracked(x);
  pt_tensor *squares = MADE(pt_mul(x, x, &call));
  pt_tensor *sum = SUM(squares);
  CHECK(described(sum).requires_grad && !described(sum).is_leaf);
  pt_value name;
  DONE(pt_tensor_grad_fn(sum, &name, &call));
  CHECK(name.kind == PT_STRING && name.length == 12 && memcmp(name.payload.string, "SumBackward0", 12) == 0);
  pt_value_free(&name);
  DONE(pt_tensor_grad_fn(x, &name, &call));
  CHECK(name.kind == PT_NONE);
  STATUS_FAILS(pt_tensor_set_requires_grad_(sum, false, &call), PT_ERROR_RUNTIME, "leaf");
  DONE(pt_tensor_backward(sum, NULL, true, false, &call));
  EXPECT(pt_tensor_grad(x, &call), 2, 4, 6);
  DONE(pt_tensor_backward(squares, x, false, false, &call));
  EXPECT(pt_tensor_grad(x, &call), 4, 12, 24);
  STATUS_FAILS(pt_tensor_backward(sum, NULL, false, false, &call), PT_ERROR_RUNTIME, "second time");
  DONE(pt_tensor_set_grad_(x, NULL, &call));
  CHECK(pt_tensor_grad(x, &call) == NULL && call.error == NULL);
  pt_tensor *ones = VECTOR(1, 1, 1), *two = VECTOR(1, 1);
  DONE(pt_tensor_set_grad_(x, ones, &call));
  STATUS_FAILS(pt_tensor_set_grad_(x, two, &call), PT_ERROR_RUNTIME, "must match its tensor");
  EXPECT(pt_tensor_grad(x, &call), 1, 1, 1);

  pt_tensor *again = MADE(pt_mul(x, x, &call));
  tracked(ones);
  pt_tensor *results[2];
  DONE(pt_autograd_grad(TENSORS(again), TENSORS(x, ones), (const pt_tensor *const[]){ones}, true, false, true,
                        results, &call));
  EXPECT(results[0], 2, 4, 6);
  CHECK(results[1] == NULL);
  RESULTS_FAIL(results,
               pt_autograd_grad(TENSORS(again), TENSORS(x, ones), (const pt_tensor *const[]){ones}, false,
                                false, false, results, &call),
               PT_ERROR_RUNTIME, "not have been used");
  pt_tensor *whole = INDICES(1);
  STATUS_FAILS(pt_tensor_set_requires_grad_(whole, true, &call), PT_ERROR_RUNTIME, "floating point");
  FREE(squares, sum, again, ones, two, whole, x);
}

static void neural_networks(void) {
  pt_tensor *flat = VECTOR(1, 2, 3, 4, 5, 6), *bias = VECTOR(10, 20);
  pt_tensor *weight = MADE(BY_NAME("aten::view", TENSOR(flat), INT_LIST(2, 3)));
  pt_tensor *x = VECTOR(1, 0, -1);
  EXPECT(BY_NAME("aten::linear", TENSOR(x), TENSOR(weight), TENSOR(bias)), 8, 18);
  EXPECT(BY_NAME("aten::linear", TENSOR(x), TENSOR(weight), NONE), -2, -2);
  pt_tensor *rows = INDICES(1, 0);
  EXPECT(BY_NAME("aten::embedding", TENSOR(weight), TENSOR(rows), INT(-1), TRUTH(false), TRUTH(false)), 4, 5,
         6, 1, 2, 3);
  EXPECT(BY_NAME("aten::dropout", TENSOR(x), REAL(0.5), TRUTH(false)), 1, 0, -1);
  EXPECT(BY_NAME("aten::dropout", TENSOR(x), INT(1), TRUTH(true)), 0, 0, 0);
  NULL_FAILS(BY_NAME("aten::dropout", TENSOR(x), REAL(2), TRUTH(true)), PT_ERROR_RUNTIME, "between 0 and 1");
  EXPECT(pt_relu(x, &call), 1, 0, 0);
  EXPECT(pt_tanh(x, &call), 0.76159, 0, -0.76159);
  EXPECT(pt_sigmoid(x, &call), 0.73106, 0.5, 0.26894);
  EXPECT(BY_NAME("aten::softmax.int", TENSOR(x), INT(0)), 0.66524, 0.24473, 0.09003);
  EXPECT(BY_NAME("aten::log_softmax.int", TENSOR(x), INT(0)), -0.40761, -1.40761, -2.40761);
  const pt_value logits = TENSOR(weight), targets = TENSOR(rows);
  EXPECT(BY_NAME("aten::cross_entropy_loss", logits, targets, NONE, INT(1)), 1.90761);
  EXPECT(BY_NAME("aten::cross_entropy_loss", logits, targets, NONE, INT(0), INT(0)), 1.40761, 0);
  EXPECT(BY_NAME("aten::cross_entropy_loss", logits, targets, TENSOR(x), INT(2), INT(-100), REAL(0)),
         2.40761);
  FREE(flat, bias, weight, x, rows);
}

static void recurrent(void) {
  enum { IN = 3, HIDDEN = 2, LENGTH = 4, BATCH = 2 };
  /* has_biases, num_layers, dropout, train, bidirectional; batch_first follows for padded input. */
#define OPTIONS TRUTH(true), INT(1), REAL(0), TRUTH(false), TRUTH(false)
  pt_tensor *x = ONES(BATCH, LENGTH, IN);
  pt_tensor *h = ZEROS(1, BATCH, HIDDEN);
  pt_tensor *lengths = INDICES(4, 2);
  pt_tensor *packed[3], *padded[3], *none[3];
  DONE(SEVERAL("aten::_pack_padded_sequence", packed, TENSOR(x), TENSOR(lengths), TRUTH(true)));
  EXPECT_SHAPE(packed[0], 6, IN);
  EXPECT_IN(packed[1], 2, 2, 1, 1);
  DONE(SEVERAL("aten::_pad_packed_sequence", padded, TENSOR(packed[0]), TENSOR(packed[1]), TRUTH(true),
               REAL(0), INT(5)));
  EXPECT_SHAPE(padded[0], BATCH, 5, IN);
  EXPECT(padded[1], 4, 2);
  pt_tensor_free(padded[0]);
  pt_tensor *order = INDICES(1, 0), *leaf = tracked(ONES(BATCH, LENGTH, IN)), *ours[3], *gradient;
  DONE(SEVERAL("panama_torch::pack_padded_sequence", ours, TENSOR(leaf), TENSOR(lengths), TENSOR(order),
               TRUTH(true)));
  EXPECT_SHAPE(ours[0], 6, IN);
  EXPECT_IN(ours[1], 2, 2, 1, 1);
  DONE(SEVERAL("panama_torch::pad_packed_sequence", padded, TENSOR(ours[0]), TENSOR(ours[1]), TENSOR(order),
               TRUTH(true), REAL(2), INT(5)));
  EXPECT_SHAPE(padded[0], BATCH, 5, IN);
  EXPECT(padded[1], 2, 4);
  pt_tensor *total = SUM(padded[0]);
  EXPECT_IN(total, 6 * IN + 4 * IN * 2);
  DONE(pt_autograd_grad(TENSORS(total), TENSORS(leaf), NULL, false, false, false, &gradient, &call));
  EXPECT(BY_NAME("aten::sum", TENSOR(gradient)), 6 * IN);
  FREE(order, leaf, ours[0], ours[1], padded[0], total, gradient);
  pt_tensor *wrong = INDICES(2, 4);
  RESULTS_FAIL(none, SEVERAL("aten::_pack_padded_sequence", none, TENSOR(x), TENSOR(wrong), TRUTH(true)),
               PT_ERROR_RUNTIME, "decreasing");
  pt_tensor_free(wrong);

  const char *const padded_names[] = {"aten::rnn_tanh.input", "aten::rnn_relu.input", "aten::gru.input",
                                      "aten::lstm.input"};
  const char *const packed_names[] = {"aten::rnn_tanh.data", "aten::rnn_relu.data", "aten::gru.data",
                                      "aten::lstm.data"};
  const int gates[] = {1, 1, 3, 4};
  for (int kind = 0; kind < COUNT(gates); kind++) {
    pt_tensor *const parameters[] = {ONES(gates[kind] * HIDDEN, IN), ZEROS(gates[kind] * HIDDEN, HIDDEN),
                                     ZEROS(gates[kind] * HIDDEN), ZEROS(gates[kind] * HIDDEN)};
    const pt_tensor *const *given = (const pt_tensor *const *)parameters;
    const pt_tensor *const both[] = {h, h};
    const bool lstm = kind == 3;
    const pt_value state = lstm ? tensor_list(both, 2) : TENSOR(h), weights = tensor_list(given, 4);
    const char *const name = padded_names[kind];
    pt_tensor *whole[3], *parts[3];
    DONE(SEVERAL(name, whole, TENSOR(x), state, weights, OPTIONS, TRUTH(true)));
    DONE(SEVERAL(packed_names[kind], parts, TENSOR(packed[0]), TENSOR(packed[1]), state, weights, OPTIONS));
    RESULTS_FAIL(none, SEVERAL(name, none, TENSOR(x), state, tensor_list(given, 3), OPTIONS, TRUTH(true)),
                 PT_ERROR_VALUE, "parameters: expected 4");
    const pt_tensor *const swapped[] = {given[1], given[0], given[2], given[3]};
    RESULTS_FAIL(none, SEVERAL(name, none, TENSOR(x), state, tensor_list(swapped, 4), OPTIONS, TRUTH(true)),
                 PT_ERROR_VALUE, "w_ih: expected");
    const pt_tensor *const wrong_states[] = {x, h};
    RESULTS_FAIL(none,
                 SEVERAL(name, none, TENSOR(x), lstm ? tensor_list(wrong_states, 2) : TENSOR(x), weights,
                         OPTIONS, TRUTH(true)),
                 PT_ERROR_VALUE, "expected");
    /* The first step with these weights, s = sigmoid(3): tanh(3); ReLU(3); (1 - s) tanh(3); s tanh(s tanh(3)). */
    const double expected[] = {0.99505, 3, 0.04719, 0.70378};
    EXPECT_SHAPE(whole[0], BATCH, LENGTH, HIDDEN);
    EXPECT_SHAPE(whole[1], 1, BATCH, HIDDEN);
    EXPECT_SHAPE(parts[0], 6, HIDDEN);
    for (int i = 0; i < 2; i++) {
      pt_tensor *flat = MADE(BY_NAME("aten::reshape", TENSOR(i ? parts[0] : whole[0]), INT_LIST(-1)));
      EXPECT(BY_NAME("aten::select.int", TENSOR(flat), INT(0), INT(0)), expected[kind]);
      pt_tensor_free(flat);
    }
    free_all(whole, COUNT(whole));
    free_all(parts, COUNT(parts));
    free_all(parameters, COUNT(parameters));
  }
  const pt_tensor *lies[] = {INDICES(3, -1, 4), INDICES(2, 4), INDICES(4, 1),
                             INDICES(4, 3),     INDICES(6, 0), x};
  for (int i = 0; i < COUNT(lies); i++) {
    RESULTS_FAIL(
        none,
        SEVERAL("aten::_pad_packed_sequence", none, TENSOR(packed[0]), TENSOR(lies[i]), TRUTH(true), REAL(0)),
        PT_ERROR_VALUE, "batch_sizes");
    RESULTS_FAIL(none,
                 SEVERAL("panama_torch::pad_packed_sequence", none, TENSOR(packed[0]), TENSOR(lies[i]), NONE,
                         TRUTH(true), REAL(0), INT(-1)),
                 PT_ERROR_VALUE, "batch_sizes");
    RESULTS_FAIL(
        none,
        SEVERAL("aten::gru.data", none, TENSOR(packed[0]), TENSOR(lies[i]), TENSOR(h), NO_TENSORS, OPTIONS),
        PT_ERROR_VALUE, "batch_sizes");
    RESULTS_FAIL(none,
                 SEVERAL("panama_torch::recurrent", none, TENSOR(packed[0]), TENSOR(lies[i]), NONE, NONE,
                         NO_TENSORS, TENSOR_LIST(packed[0], packed[0]), INT(2), OPTIONS, TRUTH(true)),
                 PT_ERROR_VALUE, "batch_sizes");
    RESULTS_FAIL(none,
                 SEVERAL("aten::lstm.data", none, TENSOR(packed[0]), TENSOR(lies[i]), TENSOR_LIST(h, h),
                         NO_TENSORS, OPTIONS),
                 PT_ERROR_VALUE, "batch_sizes");
    if (lies[i] != x) pt_tensor_free((pt_tensor *)lies[i]);
  }

  pt_tensor *a = VECTOR(1, 2), *b = VECTOR(3);
  EXPECT(BY_NAME("aten::pad_sequence", TENSOR_LIST(a, b), TRUTH(true), REAL(-1)), 1, 2, 3, -1);
  EXPECT(BY_NAME("aten::pad_sequence", TENSOR_LIST(a, b), TRUTH(false), REAL(-1), STRING("left")), 1, -1, 2,
         3);
  FREE(x, h, lengths, packed[0], packed[1], a, b);
}

static void operators(void) {
  const pt_operator *cumsum = FOUND("aten::cumsum");
  CHECK(pt_operator_find(TEXT("aten::cumsum"), &call) == cumsum);
  int64_t length;
  const char *schema = pt_operator_schema(cumsum, &length);
  CHECK(length > 12 && strncmp(schema, "aten::cumsum", 12) == 0);
  CHECK(pt_operator_schema(cumsum, &length) == schema);
  CHECK(pt_operator_arguments(cumsum) == 3 && pt_operator_results(cumsum) == 1);
  CHECK(pt_operator_argument_index(cumsum, TEXT("dim")) == 1);
  CHECK(pt_operator_argument_index(cumsum, TEXT("dims")) == -1);
  NULL_FAILS(pt_operator_find(TEXT("aten::no_such"), &call), PT_ERROR_VALUE, "no_such");
  NULL_FAILS(pt_operator_find(TEXT("aten::add.Nothing"), &call), PT_ERROR_VALUE, "Tensor");

  pt_tensor *x = VECTOR(3, 1, 2);
  pt_value results[2];
  EXPECT(BY_NAME("aten::cumsum", TENSOR(x), INT(0), INT(PT_FLOAT64)), 3, 4, 6);
  NULL_FAILS(BY_NAME("aten::cumsum", TENSOR(x)), PT_ERROR_VALUE, "dim");
  NULL_FAILS(BY_NAME("aten::cumsum", TENSOR(x), INT(0), NONE, NONE), PT_ERROR_VALUE, "expected at most 3");
  RESULTS_FAIL(results, pt_operator_call(cumsum, NULL, -1, results, &call), PT_ERROR_VALUE, "got -1");
  NULL_FAILS(BY_NAME("aten::cumsum", NONE, INT(0)), PT_ERROR_TYPE, "self");
  NULL_FAILS(BY_NAME("aten::cumsum", TENSOR(NULL), INT(0)), PT_ERROR_TYPE, "self");
  NULL_FAILS(BY_NAME("aten::cumsum", TENSOR(x), ((pt_value){.kind = 99})), PT_ERROR_TYPE, "unknown kind");

  const pt_value one = INT_LIST(1); /* enumerators */
  NULL_FAILS(BY_NAME("aten::ones", one, INT(1000)), PT_ERROR_VALUE, "dtype");
  NULL_FAILS(BY_NAME("aten::ones", one, INT(PT_INT64), INT(-1)), PT_ERROR_VALUE, "layout");
  NULL_FAILS(BY_NAME("aten::ones", one, INT(PT_INT64), INT(0), DEVICE(99, -1)), PT_ERROR_VALUE,
             "no device of type 99");
  EXPECT(BY_NAME("aten::ones", one, INT(PT_INT64), INT(0), DEVICE(PT_CPU, -1)), 1);

  pt_tensor *rows = VECTOR(1, 2, 3); /* values that libtorch does not validate */
  pt_tensor *table = MADE(BY_NAME("aten::view", TENSOR(rows), INT_LIST(3, 1)));
  pt_tensor *places = INDICES(0, 2), *starts = INDICES(0, 3);
  const pt_value bags[] = {TENSOR(table), TENSOR(places), TENSOR(starts)};
  pt_value none_of_these[4];
  RESULTS_FAIL(none_of_these, pt_operator_call(FOUND("aten::embedding_bag"), bags, 3, none_of_these, &call),
               PT_ERROR_INDEX, "got 3 at 1");
  NULL_FAILS(BY_NAME("aten::arange.start_step", INT(INT64_MAX), INT(-1), INT(-1)), PT_ERROR_VALUE,
             "arange: expected");
  FREE(rows, table, places, starts);

  const pt_value sorted[] = {TENSOR(x), DEFAULT, TRUTH(true)}; /* two results, and defaults */
  DONE(pt_operator_call(FOUND("aten::sort"), sorted, 3, results, &call));
  EXPECT((pt_tensor *)results[0].payload.tensor, 3, 2, 1);
  EXPECT((pt_tensor *)results[1].payload.tensor, 0, 2, 1);

  const pt_value twos[] = {TENSOR(x), INT(2)}; /* a list */
  DONE(pt_operator_call(FOUND("aten::split.Tensor"), twos, 2, results, &call));
  CHECK(results[0].kind == PT_TENSOR_LIST && results[0].length == 2);
  EXPECT((pt_tensor *)results[0].payload.tensors[0], 3, 1);
  EXPECT((pt_tensor *)results[0].payload.tensors[1], 2);
  pt_value_free(&results[0]);

  EXPECT(BY_NAME("aten::gelu", TENSOR(x), STRING("tanh")), 2.99636, 0.84119, 1.95460); /* a string */

  const pt_value both[] = {TENSOR(x), TENSOR(x)}; /* a number */
  DONE(pt_operator_call(FOUND("aten::equal"), both, 2, results, &call));
  CHECK(results[0].kind == PT_TRUTH && results[0].payload.integer == 1);
  pt_value_free(&results[0]); /* allowed, and does nothing */

  pt_tensor *signal =
      MADE(BY_NAME("aten::view", TENSOR(x), INT_LIST(1, 1, 3))); /* lists of other element types */
  EXPECT(BY_NAME("aten::upsample_nearest1d.vec", TENSOR(signal), NONE, REAL_LIST(2)), 3, 3, 1, 1, 2, 2);
  pt_tensor *kernel = ONES(1, 1, 1);
  pt_value gradients[3];
  const pt_value passed[] = {TENSOR(signal), TENSOR(signal), TENSOR(kernel),     NONE,
                             INT_LIST(1),    INT_LIST(0),    INT_LIST(1),        TRUTH(false),
                             INT_LIST(0),    INT(1),         TRUTH_LIST(0, 1, 1)};
  DONE(pt_operator_call(FOUND("aten::convolution_backward"), passed, COUNT(passed), gradients, &call));
  CHECK(gradients[0].kind == PT_NONE);
  EXPECT((pt_tensor *)gradients[1].payload.tensor, 3 * 3 + 1 + 2 * 2);
  EXPECT((pt_tensor *)gradients[2].payload.tensor, 3 + 1 + 2);
  FREE(x, signal, kernel);
}

/* The operators that this library adds to those of libtorch. */
static void own_operators(void) {
  pt_tensor *two = VECTOR(1, 2), *three = VECTOR(3, 4, 5);
  pt_tensor *none = MADE(BY_NAME("aten::zeros", INT_LIST(0)));
  EXPECT(BY_NAME("panama_torch::stack", TENSOR_LIST(two, two)), 1, 2, 1, 2);
  NULL_FAILS(BY_NAME("panama_torch::stack", TENSOR_LIST(two, three)), PT_ERROR_RUNTIME, "equal size");

  EXPECT(BY_NAME("panama_torch::pad_sequence", TENSOR_LIST(two, none, three), TRUTH(true), REAL(9)), 1, 2, 9,
         9, 9, 9, 3, 4, 5);
  EXPECT(BY_NAME("panama_torch::pad_sequence", TENSOR_LIST(two, none, three), TRUTH(false), REAL(9)), 1, 9, 3,
         2, 9, 4, 9, 9, 5);
  EXPECT(BY_NAME("panama_torch::pad_sequence", TENSOR_LIST(two, none, three), TRUTH(false), REAL(9),
                 STRING("left")),
         9, 9, 3, 1, 9, 4, 2, 9, 5);
  FREE(two, none, three);
}

/* Steps of optimizers, one in blocks of several threads, and gradient clipping. */
static void steps_of_optimizers(void) {
  pt_tensor *p = VECTOR(1, 2), *g = VECTOR(3, 4), *b = VECTOR(1, 1), *three = VECTOR(3, 4, 5), *none[3];
#define SGD(grads, buffers)                                                                          \
  SEVERAL("panama_torch::sgd_", none, TENSOR_LIST(p), grads, buffers, REAL(0.5), REAL(0.5), REAL(0), \
          REAL(0.25), TRUTH(false), TRUTH(true), TRUTH(false))
  DONE(SGD(TENSOR_LIST(g), TENSOR_LIST(b)));
  EXPECT_IN(b, 0.5 - 3 + 0.25, 0.5 - 4 + 0.5);
  EXPECT_IN(p, 1 - 0.5 * -2.25, 2 - 0.5 * -3);
  STATUS_FAILS(SGD(TENSOR_LIST(three), TENSOR_LIST(b)), PT_ERROR_VALUE, "grads: expected the shape [2]");
  STATUS_FAILS(SGD(TENSOR_LIST(g, g), TENSOR_LIST(b)), PT_ERROR_VALUE, "grads: expected 1 tensors");
#undef SGD

  enum { MANY = 70001 };
  pt_tensor *large = ONES(MANY), *m = ZEROS(MANY), *v = ZEROS(MANY), *most = ZEROS(MANY), *empty = ZEROS(0);
  pt_tensor *gradient = ONES(MANY), *step = VECTOR(0), *other = VECTOR(0);
  DONE(SEVERAL("panama_torch::adam_", none, TENSOR_LIST(large, empty), TENSOR_LIST(gradient, empty),
               TENSOR_LIST(m, empty), TENSOR_LIST(v, empty), TENSOR_LIST(most, empty),
               TENSOR_LIST(step, other), REAL(0.5), REAL(0.9), REAL(0.999), REAL(0), REAL(1e-8), TRUTH(true),
               TRUTH(false), TRUTH(false)));
  EXPECT_IN(step, 1);
  EXPECT_IN(other, 1);
  EXPECT(BY_NAME("aten::min", TENSOR(large)), 0.5);
  EXPECT(BY_NAME("aten::max", TENSOR(large)), 0.5);

  pt_value norm;
  const pt_value clip[] = {TENSOR_LIST(g, b), REAL(1), REAL(INFINITY), TRUTH(false)};
  DONE(pt_operator_call(FOUND("panama_torch::clip_grad_norm_"), clip, COUNT(clip), &norm, &call));
  CHECK(norm.kind == PT_DOUBLE && norm.payload.real == 4);
  EXPECT_IN(g, 0.75, 1);
  FREE(p, g, b, three, large, m, v, most, empty, gradient, step, other);
}

static bool are_close(const pt_tensor *a, const pt_tensor *b) {
  const pt_value arguments[] = {TENSOR(a), TENSOR(b), REAL(1e-3), REAL(1e-4)};
  pt_value result;
  DONE(pt_operator_call(FOUND("aten::allclose"), arguments, COUNT(arguments), &result, &call));
  return result.payload.integer == 1;
}

/* Returns a tensor of small random numbers that requires a gradient. */
static pt_tensor *random_tensor(const int64_t *sizes, int64_t dim) {
  pt_tensor *normal = MADE(BY_NAME("aten::randn", int_list(PT_INT_LIST, sizes, dim)));
  pt_tensor *small = MADE(BY_NAME("aten::mul.Scalar", TENSOR(normal), REAL(0.1)));
  pt_tensor_free(normal);
  return tracked(small);
}
#define RANDOM(...) random_tensor(SIZES(__VA_ARGS__))

/* The fused recurrent kernels, at sizes that fill their vectors and tiles in part, compute what libtorch does. */
static void fused_recurrent(void) {
  enum { STEPS = 3, IN = 5, LSTM = 3, PROJECTED = 4, MOST = 8 };
  static const char *const names[] = {"aten::rnn_tanh.input", "aten::rnn_relu.input", "aten::gru.input",
                                      "aten::lstm.input", "aten::lstm.input"};
  static const int64_t gates[] = {1, 1, 3, 4, 4}, sizes[] = {1, 7, 20, 33, 80, 200};
  for (int kind = 0; kind < COUNT(gates); kind++) {
    for (int i = kind == PROJECTED ? 1 : 0; i < COUNT(sizes); i++) {
      const int64_t hidden = sizes[i], rows = gates[kind] * hidden;
      const int64_t output = kind == PROJECTED ? hidden / 2 : hidden;
      for (int64_t batch = 1; batch <= 9; batch += i < 2 ? 1 : 4) {
        int count = 0, weights;
        pt_tensor *inputs[MOST];
        inputs[count++] = RANDOM(STEPS, batch, IN);
        inputs[count++] = RANDOM(rows, IN);
        inputs[count++] = RANDOM(rows, output);
        inputs[count++] = RANDOM(rows);
        inputs[count++] = RANDOM(rows);
        if (kind == PROJECTED) inputs[count++] = RANDOM(output, hidden);
        weights = count - 1;
        inputs[count++] = RANDOM(1, batch, output);
        if (kind >= LSTM) inputs[count++] = RANDOM(1, batch, hidden);
        const pt_tensor *const *given = (const pt_tensor *const *)inputs;
        const pt_tensor *const *states = given + 1 + weights;
        pt_tensor *results[2], *gradients[2][MOST];
        for (int fused = 0; fused < 2; fused++) {
          pt_value before;
          const pt_value backend = INT(fused);
          DONE(pt_operator_call(FOUND("panama_torch::set_recurrent_backend"), &backend, 1, &before, &call));
          pt_tensor *all[3];
          const pt_value parameters = tensor_list(given + 1, weights);
          if (fused) {
            DONE(SEVERAL("panama_torch::recurrent", all, TENSOR(given[0]), NONE, NONE, NONE,
                         tensor_list(states, kind >= LSTM ? 2 : 1), parameters,
                         INT(kind == PROJECTED ? LSTM : kind), OPTIONS, TRUTH(false)));
          } else {
            DONE(SEVERAL(names[kind], all, TENSOR(given[0]),
                         kind >= LSTM ? tensor_list(states, 2) : TENSOR(states[0]), parameters, OPTIONS,
                         TRUTH(false)));
          }
          results[fused] = all[0];
          pt_tensor *sum = SUM(all[0]);
          DONE(pt_autograd_grad(TENSORS(sum), given, count, NULL, false, false, false, gradients[fused],
                                &call));
          pt_tensor_free(sum);
          pt_tensor_free(all[1]);
          if (kind >= LSTM) pt_tensor_free(all[2]);
        }
        CHECK(are_close(results[0], results[1]));
        for (int j = 0; j < count; j++) CHECK(are_close(gradients[0][j], gradients[1][j]));
        free_all(results, 2);
        free_all(gradients[0], count);
        free_all(gradients[1], count);
        free_all(inputs, count);
      }
    }
  }
  pt_value fused;
  const pt_value aten = INT(0);
  DONE(pt_operator_call(FOUND("panama_torch::set_recurrent_backend"), &aten, 1, &fused, &call));
  CHECK(fused.payload.integer == 1);
}
#undef OPTIONS

static void generators(void) {
  pt_generator *a = pt_generator_new(PT_CPU, -1, &call), *b = pt_generator_new(PT_CPU, -1, &call);
  CHECK(a != NULL && b != NULL);
  uint64_t seed;
  DONE(pt_generator_seed_(a, 7, &call));
  DONE(pt_generator_initial_seed(a, &seed, &call));
  CHECK(seed == 7);
  pt_tensor *state = MADE(pt_generator_state(a, &call));
  DONE(pt_generator_set_state_(b, state, &call));
  pt_tensor *first = MADE(BY_NAME("aten::rand.generator", INT_LIST(3), GENERATOR(a)));
  pt_tensor *second = MADE(BY_NAME("aten::rand.generator", INT_LIST(3), GENERATOR(b)));
  EXPECT(pt_sub(first, second, &call), 0, 0, 0);
  pt_tensor *wrong = VECTOR(1, 2);
  STATUS_FAILS(pt_generator_set_state_(b, wrong, &call), PT_ERROR_TYPE, "");
  CHECK(pt_generator_new(PT_CUDA, 0, &call) == NULL);
  pt_error_free(call.error);
  call.error = NULL;
  pt_generator *standard = pt_generator_default(PT_CPU, -1, &call);
  DONE(pt_manual_seed(5, &call));
  DONE(pt_generator_initial_seed(standard, &seed, &call));
  CHECK(seed == 5);
  FREE(state, wrong, first, second);
  pt_generator_free(a);
  pt_generator_free(b);
  pt_generator_free(standard);
  pt_generator_free(NULL);
}

#if defined(__GLIBC__)
static void never(void) { abort(); }

static void exit_handlers(void) {
  for (int ending = 0; ending < 2; ending++) {
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
      atexit(never);
      pt_skip_exit_handlers(ending);
      exit(7 + ending);
    }
    int status = 0;
    CHECK(waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 7 + ending);
  }
}
#else
static void exit_handlers(void) { pt_skip_exit_handlers(false); }
#endif

static int hook_calls, hook_releases;

/* Doubles the gradient for id 1, fails for 2, and leaves it unchanged for 3. */
static uintptr_t hook(int64_t id, uintptr_t grad) {
  pt_call inner = {0};
  const pt_tensor *g = (const pt_tensor *)grad;
  hook_calls++;
  if (id == 2) return PT_HOOK_FAILED;
  return id == 1 ? (uintptr_t)pt_add(g, g, &inner) : 0;
}

static void released(int64_t id) { hook_releases += (int)id; }

static void hooks(void) {
  pt_tensor *w = VECTOR(1, 2);
  int64_t position[3], unset;
  RESULTS_FAIL(unset, pt_tensor_register_hook(w, hook, released, 1, &unset, &call), PT_ERROR_RUNTIME, "");
  tracked(w);
  DONE(pt_tensor_register_hook(w, hook, released, 1, position, &call));
  DONE(pt_tensor_register_hook(w, hook, released, 3, position + 1, &call));
  pt_tensor *sum = SUM(w);
  DONE(pt_tensor_backward(sum, NULL, true, false, &call));
  CHECK(hook_calls == 2);
  EXPECT(pt_tensor_grad(w, &call), 2, 2);
  DONE(pt_tensor_register_hook(w, hook, released, 2, position + 2, &call));
  STATUS_FAILS(pt_tensor_backward(sum, NULL, true, false, &call), PT_ERROR_HOOK, "2");
  DONE(pt_tensor_remove_hook(w, position[2], &call));
  STATUS_FAILS(pt_tensor_remove_hook(w, -1, &call), PT_ERROR_VALUE, "-1");
  DONE(pt_tensor_backward(sum, NULL, false, false, &call));
  EXPECT(pt_tensor_grad(w, &call), 4, 4);
  FREE(sum, w);
  CHECK(hook_releases == 1 + 2 + 3);
}

/* --------------------------------------------------------------------------------- modes of a call */

enum { INHERIT = PT_MODE_INHERIT, OFF = PT_MODE_OFF, ON = PT_MODE_ON };

/* The modes of a thread outside a call. */
static const pt_modes DEFAULTS = {ON, OFF, {OFF, PT_BFLOAT16}, {OFF, PT_FLOAT16}};
static const pt_modes NO_GRAD = {.grad = OFF}, INFERENCE = {.inference = ON};
static const pt_modes AUTOCAST = {.autocast_cpu = {ON, PT_BFLOAT16}};

/* Returns the modes that a call with `given` runs in. */
static pt_modes in_effect(const pt_modes *given) {
  pt_call reading = {.modes = given};
  pt_modes read;
  MARK(read);
  CHECK(pt_modes_read(&read, &reading) == PT_OK && reading.error == NULL);
  return read;
}

static bool equal_modes(const pt_modes *a, const pt_modes *b) { return memcmp(a, b, sizeof *a) == 0; }

static void put_back_at(int line) {
  const pt_modes left = in_effect(NULL);
  if (equal_modes(&left, &DEFAULTS)) return;
  fprintf(stderr, "grad %d, inference %d, autocast %d %d and %d %d: ", left.grad, left.inference,
          left.autocast_cpu.mode, left.autocast_cpu.dtype, left.autocast_cuda.mode, left.autocast_cuda.dtype);
  stop(line, "the modes of the thread were not restored after a call");
}

/* Runs statements whose calls use these modes, and checks that the modes of the thread are restored. */
#define IN_MODES(given, ...) \
  do {                       \
    call.modes = (given);    \
    __VA_ARGS__;             \
    call.modes = NULL;       \
    put_back_at(__LINE__);   \
  } while (0)

static void modes_in_effect(void) {
  static const struct {
    pt_modes given, expected;
  } cases[] = {
      {{INHERIT, INHERIT, {INHERIT, 0}, {INHERIT, 0}}, {ON, OFF, {OFF, PT_BFLOAT16}, {OFF, PT_FLOAT16}}},
      {{.grad = OFF}, {OFF, OFF, {OFF, PT_BFLOAT16}, {OFF, PT_FLOAT16}}},
      {{.grad = ON}, {ON, OFF, {OFF, PT_BFLOAT16}, {OFF, PT_FLOAT16}}},
      {{.inference = ON}, {OFF, ON, {OFF, PT_BFLOAT16}, {OFF, PT_FLOAT16}}},
      {{.inference = OFF}, {ON, OFF, {OFF, PT_BFLOAT16}, {OFF, PT_FLOAT16}}},
      {{.grad = OFF, .inference = ON}, {OFF, ON, {OFF, PT_BFLOAT16}, {OFF, PT_FLOAT16}}},
      {{.grad = ON, .inference = ON}, {ON, ON, {OFF, PT_BFLOAT16}, {OFF, PT_FLOAT16}}},
      {{.grad = OFF, .inference = OFF}, {OFF, OFF, {OFF, PT_BFLOAT16}, {OFF, PT_FLOAT16}}},
      {{.autocast_cpu = {ON, PT_BFLOAT16}}, {ON, OFF, {ON, PT_BFLOAT16}, {OFF, PT_FLOAT16}}},
      {{.autocast_cpu = {ON, PT_FLOAT16}}, {ON, OFF, {ON, PT_FLOAT16}, {OFF, PT_FLOAT16}}},
      {{.autocast_cpu = {OFF, PT_FLOAT16}}, {ON, OFF, {OFF, PT_FLOAT16}, {OFF, PT_FLOAT16}}},
      {{.autocast_cpu = {INHERIT, 99}}, {ON, OFF, {OFF, PT_BFLOAT16}, {OFF, PT_FLOAT16}}},
      {{.autocast_cuda = {ON, PT_BFLOAT16}}, {ON, OFF, {OFF, PT_BFLOAT16}, {ON, PT_BFLOAT16}}},
      {{.autocast_cpu = {ON, PT_FLOAT16}, .autocast_cuda = {ON, PT_BFLOAT16}},
       {ON, OFF, {ON, PT_FLOAT16}, {ON, PT_BFLOAT16}}},
      {{.grad = OFF, .autocast_cpu = {ON, PT_BFLOAT16}}, {OFF, OFF, {ON, PT_BFLOAT16}, {OFF, PT_FLOAT16}}},
      {{.inference = ON, .autocast_cpu = {ON, PT_BFLOAT16}}, {OFF, ON, {ON, PT_BFLOAT16}, {OFF, PT_FLOAT16}}},
      {{ON, ON, {ON, PT_FLOAT16}, {ON, PT_BFLOAT16}}, {ON, ON, {ON, PT_FLOAT16}, {ON, PT_BFLOAT16}}},
      {{OFF, OFF, {OFF, PT_BFLOAT16}, {OFF, PT_BFLOAT16}},
       {OFF, OFF, {OFF, PT_BFLOAT16}, {OFF, PT_BFLOAT16}}},
  };
  pt_tensor *a = VECTOR(1, 2, 3), *b = VECTOR(1, 2);
  put_back_at(__LINE__);
  for (int64_t i = 0; i < COUNT(cases); i++) {
    const pt_modes given = cases[i].given, read = in_effect(&given);
    if (!equal_modes(&read, &cases[i].expected)) {
      fprintf(stderr, "modes %d: unexpected modes\n", (int)i);
      exit(1);
    }
    CHECK(equal_modes(&given, &cases[i].given));
    IN_MODES(&given, pt_tensor_free(MADE(pt_add(a, a, &call)))); /* after a success */
    IN_MODES(&given,
             NULL_FAILS(pt_add(a, b, &call), PT_ERROR_RUNTIME, "must match the size")); /* after a failure */
    IN_MODES(&given, NULL_FAILS(BY_NAME("aten::select.int", TENSOR(a), INT(0), INT(3)), PT_ERROR_INDEX, ""));
  }
  FREE(a, b);
}

static void wrong_modes(void) {
  static const struct {
    pt_modes given;
    const char *part;
  } cases[] = {
      {{.grad = 3}, "no pt_mode 3"},
      {{.grad = -1}, "no pt_mode -1"},
      {{.inference = 3}, "no pt_mode 3"},
      {{.inference = INT32_MIN}, "no pt_mode -2147483648"},
      {{.autocast_cpu = {3, PT_BFLOAT16}}, "no pt_mode 3"},
      {{.autocast_cuda = {-1, PT_BFLOAT16}}, "no pt_mode -1"},
      {{.autocast_cpu = {ON, PT_FLOAT32}}, "bfloat16 or float16"},
      {{.autocast_cpu = {OFF, PT_INT8}}, "bfloat16 or float16"},
      {{.autocast_cuda = {ON, PT_FLOAT64}}, "bfloat16 or float16"},
      {{.autocast_cpu = {ON, 99}}, "no dtype 99"},
      {{.autocast_cuda = {ON, -1}}, "no dtype -1"},
      /* one invalid mode: the others are restored */
      {{3, ON, {ON, PT_FLOAT16}, {ON, PT_BFLOAT16}}, "no pt_mode 3"},
      {{OFF, 3, {ON, PT_FLOAT16}, {ON, PT_BFLOAT16}}, "no pt_mode 3"},
      {{OFF, ON, {3, PT_FLOAT16}, {ON, PT_BFLOAT16}}, "no pt_mode 3"},
      {{OFF, ON, {ON, PT_FLOAT16}, {3, PT_BFLOAT16}}, "no pt_mode 3"},
      {{OFF, ON, {ON, PT_FLOAT16}, {ON, PT_FLOAT32}}, "bfloat16 or float16"},
  };
  pt_tensor *x = VECTOR(1, 2);
  for (int64_t i = 0; i < COUNT(cases); i++) {
    pt_modes read;
    IN_MODES(&cases[i].given, RESULTS_FAIL(read, pt_modes_read(&read, &call), PT_ERROR_VALUE, cases[i].part));
    IN_MODES(&cases[i].given, NULL_FAILS(pt_add(x, x, &call), PT_ERROR_VALUE, cases[i].part));
  }
  pt_tensor_free(x);
}

/* Checks that every function that can fail sets the modes of its call: with invalid ones, it has no effect. */
static void modes_of_every_function(void) {
  static const pt_modes WRONG = {.grad = 3};
  pt_tensor *plain = VECTOR(1, 2, 3), *x = tracked(VECTOR(1, 2, 3)), *one = VECTOR(1);
  pt_tensor *sum = SUM(x);
  pt_generator *generator = pt_generator_new(PT_CPU, -1, &call);
  DONE(pt_generator_seed_(generator, 1, &call));
  pt_tensor *generator_state = MADE(pt_generator_state(generator, &call));
  const pt_operator *cumsum = FOUND("aten::cumsum");
  const pt_value arguments[] = {TENSOR(plain), INT(0)};
  const int64_t threads = pt_num_threads();
  int64_t position;
  DONE(pt_tensor_register_hook(x, hook, released, 3, &position, &call));
  hook_calls = hook_releases = 0;

  pt_tensor *tensors[3];
  pt_tensor_info info;
  pt_modes read;
  pt_value value;
  int64_t unset;
  uint64_t seed;
  float out[3];
#define REFUSED_POINTER(expression) NULL_FAILS(expression, PT_ERROR_VALUE, "no pt_mode 3")
#define REFUSED(expression) STATUS_FAILS(expression, PT_ERROR_VALUE, "no pt_mode 3")
#define REFUSED_RESULTS(results, expression) RESULTS_FAIL(results, expression, PT_ERROR_VALUE, "no pt_mode 3")
  call.modes = &WRONG;
  REFUSED_POINTER(pt_build_info(&call));
  REFUSED(pt_set_num_threads(threads + 1, &call));
  REFUSED(pt_set_num_interop_threads(2, &call));
  REFUSED(pt_memory_keep(1, &call));
  REFUSED_POINTER(pt_tensor_share(x, &call));
  REFUSED_RESULTS(info, pt_tensor_describe(x, &info, &call));
  REFUSED_RESULTS(value, pt_tensor_item(one, &value, &call));
  REFUSED_RESULTS(out, pt_tensor_copy_out(x, out, sizeof out, &call));
  REFUSED(pt_tensor_copy_in_(plain, (const float[]){7, 8, 9}, 12, &call));
  REFUSED(pt_tensor_pin_storage_(plain, &call));
  REFUSED_POINTER(pt_from_data((const float[]){7}, 4, SIZES(1), &FLOATS, &call));
  REFUSED(pt_manual_seed(11, &call));
  REFUSED_POINTER(pt_generator_new(PT_CPU, -1, &call));
  REFUSED_POINTER(pt_generator_default(PT_CPU, -1, &call));
  REFUSED(pt_generator_seed_(generator, 2, &call));
  REFUSED_RESULTS(seed, pt_generator_initial_seed(generator, &seed, &call));
  REFUSED_POINTER(pt_generator_state(generator, &call));
  REFUSED(pt_generator_set_state_(generator, generator_state, &call));
  REFUSED(pt_tensor_set_requires_grad_(plain, true, &call));
  REFUSED_RESULTS(value, pt_tensor_grad_fn(sum, &value, &call));
  REFUSED(pt_tensor_backward(sum, NULL, true, false, &call));
  REFUSED_POINTER(pt_tensor_grad(x, &call));
  REFUSED(pt_tensor_set_grad_(x, plain, &call));
  REFUSED_RESULTS(tensors,
                  pt_autograd_grad(TENSORS(sum), TENSORS(x), NULL, true, false, false, tensors, &call));
  REFUSED_RESULTS(unset, pt_tensor_register_hook(x, hook, released, 1, &unset, &call));
  REFUSED(pt_tensor_remove_hook(x, position, &call));
  REFUSED_RESULTS(read, pt_modes_read(&read, &call));
  REFUSED(pt_autocast_clear_cache(&call));
  REFUSED(pt_tensor_note_call(sum, TEXT("here"), &call));
  REFUSED_RESULTS(value, pt_warning_take(&value, &call));
  REFUSED_POINTER(pt_operator_find(TEXT("aten::cumsum"), &call));
  REFUSED_RESULTS(value, pt_operator_call(cumsum, arguments, 2, &value, &call));
  REFUSED_POINTER(pt_matmul(x, x, &call));
  REFUSED_POINTER(pt_add(x, x, &call));
  REFUSED_POINTER(pt_mul(x, x, &call));
  REFUSED_POINTER(pt_sigmoid(x, &call));
  REFUSED_POINTER(pt_sub(x, x, &call));
  REFUSED_POINTER(pt_tanh(x, &call));
  REFUSED_POINTER(pt_relu(x, &call));
  call.modes = NULL;
#undef REFUSED_POINTER
#undef REFUSED
#undef REFUSED_RESULTS
  put_back_at(__LINE__);

  CHECK(pt_num_threads() == threads && hook_calls == 0 && hook_releases == 0);
  DONE(pt_generator_initial_seed(generator, &seed, &call));
  CHECK(seed == 1);
  CHECK(pt_tensor_grad(x, &call) == NULL && call.error == NULL && !described(plain).requires_grad);
  EXPECT_IN(plain, 1, 2, 3);
  IN_PLACE("aten::resize_", TENSOR(plain), INT_LIST(5));
  DONE(pt_tensor_backward(sum, NULL, false, false, &call));
  CHECK(hook_calls == 1);

  FREE(plain, x, one, sum, generator_state);
  pt_generator_free(generator);
  CHECK(hook_releases == 3);
}

static bool is_recorded(const pt_tensor *tensor) {
  const pt_tensor_info info = described(tensor);
  CHECK(info.requires_grad == !info.is_leaf);
  return info.requires_grad;
}

static void grad_modes(void) {
  pt_tensor *x = tracked(VECTOR(1, 2)), *short_one = VECTOR(1, 2, 3);
  pt_tensor *direct, *by_name, *view;
  IN_MODES(&NO_GRAD, direct = MADE(pt_mul(x, x, &call)));
  IN_MODES(&NO_GRAD, by_name = MADE(BY_NAME("aten::mul.Tensor", TENSOR(x), TENSOR(x))));
  IN_MODES(&NO_GRAD, view = MADE(BY_NAME("aten::view", TENSOR(x), INT_LIST(2, 1))));
  CHECK(!is_recorded(direct) && !is_recorded(by_name));
  CHECK(described(view).is_leaf); /* and requires a gradient, like its base */
  EXPECT(direct, 1, 4);
  EXPECT(by_name, 1, 4);

  NULL_FAILS(BY_NAME("aten::mul_.Tensor", TENSOR(x), INT(3)), PT_ERROR_RUNTIME, "leaf Variable");
  IN_MODES(&NO_GRAD, IN_PLACE("aten::mul_.Tensor", TENSOR(x), INT(3)));
  EXPECT_IN(x, 3, 6);

  IN_MODES(&NO_GRAD, NULL_FAILS(pt_mul(x, short_one, &call), PT_ERROR_RUNTIME, "must match"));
  direct = MADE(pt_mul(x, x, &call));
  by_name = MADE(BY_NAME("aten::mul.Tensor", TENSOR(x), TENSOR(x)));
  CHECK(is_recorded(direct) && is_recorded(by_name));
  FREE(x, short_one, direct, by_name, view);
}

static bool is_inference(const pt_tensor *tensor) {
  const pt_value argument = TENSOR(tensor);
  pt_value answer;
  DONE(pt_operator_call(FOUND("aten::is_inference"), &argument, 1, &answer, &call));
  CHECK(answer.kind == PT_TRUTH);
  return answer.payload.integer != 0;
}

static void inference_modes(void) {
  static const pt_modes INFERENCE_AND_GRAD = {.grad = ON, .inference = ON};
  pt_tensor *x = tracked(VECTOR(1, 2)), *plain = VECTOR(3, 4);
  const pt_modes *const both[] = {&INFERENCE, &INFERENCE_AND_GRAD};
  for (int64_t i = 0; i < COUNT(both); i++) {
    pt_tensor *made[4];
    IN_MODES(both[i], made[0] = MADE(pt_mul(x, x, &call)));
    IN_MODES(both[i], made[1] = MADE(BY_NAME("aten::exp", TENSOR(x))));
    IN_MODES(both[i], made[2] = VECTOR(5, 6));
    IN_MODES(both[i], made[3] = MADE(pt_add(plain, plain, &call)));
    EXPECT_IN(made[0], 1, 4);
    EXPECT(pt_add(made[2], plain, &call), 8, 10); /* nothing to record: allowed */
    for (int64_t j = 0; j < COUNT(made); j++) {
      CHECK(is_inference(made[j]) && !described(made[j]).requires_grad);
      NULL_FAILS(pt_mul(made[j], x, &call), PT_ERROR_RUNTIME, "Inference tensors cannot be saved");
      NULL_FAILS(BY_NAME("aten::mul.Tensor", TENSOR(x), TENSOR(made[j])), PT_ERROR_RUNTIME,
                 "Inference tensors cannot be saved");
      STATUS_FAILS(pt_tensor_set_requires_grad_(made[j], true, &call), PT_ERROR_RUNTIME, "inference tensor");
      NULL_FAILS(BY_NAME("aten::add_.Tensor", TENSOR(made[j]), INT(1)), PT_ERROR_RUNTIME, "inference tensor");
      IN_MODES(both[i], IN_PLACE("aten::add_.Tensor", TENSOR(made[j]), INT(1)));
    }
    free_all(made, COUNT(made));
  }
  pt_tensor *view;
  IN_MODES(&INFERENCE, view = MADE(BY_NAME("aten::view", TENSOR(plain), INT_LIST(2, 1))));
  CHECK(!is_inference(view)); /* like its base */
  pt_tensor *outside = MADE(pt_mul(x, x, &call));
  CHECK(!is_inference(outside) && is_recorded(outside));
  FREE(x, plain, view, outside);
}

static pt_tensor *of_dtype_at(int line, int32_t expected, pt_tensor *tensor) {
  made_at(line, tensor);
  if (described(tensor).dtype != expected) stop(line, "another dtype than expected");
  return tensor;
}
#define HAS_DTYPE(dtype, expression) pt_tensor_free(of_dtype_at(__LINE__, dtype, expression))

static void *clear_autocast_cache(void *unused) {
  (void)unused;
  DONE(pt_autocast_clear_cache(&call));
  return NULL;
}

static void autocast_modes(void) {
  static const pt_modes HALF = {.autocast_cpu = {ON, PT_FLOAT16}};
  static const pt_modes NO_CAST = {.autocast_cpu = {OFF, PT_BFLOAT16}};
  static const pt_modes CUDA_ONLY = {.autocast_cuda = {ON, PT_BFLOAT16}};
  static const pt_modes IN_INFERENCE = {.inference = ON, .autocast_cpu = {ON, PT_BFLOAT16}};
  pt_tensor *x = ONES(2, 2), *tall = ONES(3, 2);
  const pt_modes *const lowering[] = {&AUTOCAST, &IN_INFERENCE};
  for (int64_t i = 0; i < COUNT(lowering); i++) {
    IN_MODES(lowering[i], HAS_DTYPE(PT_BFLOAT16, pt_matmul(x, x, &call)));
    IN_MODES(lowering[i], HAS_DTYPE(PT_BFLOAT16, BY_NAME("aten::matmul", TENSOR(x), TENSOR(x))));
    IN_MODES(lowering[i], HAS_DTYPE(PT_BFLOAT16, BY_NAME("aten::linear", TENSOR(x), TENSOR(x))));
    IN_MODES(lowering[i], HAS_DTYPE(PT_FLOAT32, pt_add(x, x, &call))); /* autocast does not cast add */
    IN_MODES(lowering[i], NULL_FAILS(pt_matmul(x, tall, &call), PT_ERROR_RUNTIME, "cannot be multiplied"));
    HAS_DTYPE(PT_FLOAT32, pt_matmul(x, x, &call));
    HAS_DTYPE(PT_FLOAT32, BY_NAME("aten::matmul", TENSOR(x), TENSOR(x)));
  }
  IN_MODES(&HALF, HAS_DTYPE(PT_FLOAT16, pt_matmul(x, x, &call)));
  IN_MODES(&NO_CAST, HAS_DTYPE(PT_FLOAT32, pt_matmul(x, x, &call)));
  IN_MODES(&CUDA_ONLY, HAS_DTYPE(PT_FLOAT32, pt_matmul(x, x, &call)));

  /* The cast of a parameter is cached between calls, until any thread clears the cache. */
  pt_tensor *weight = tracked(ONES(2, 2));
  pt_tensor *product;
  IN_MODES(&AUTOCAST, product = MADE(pt_matmul(x, weight, &call)));
  EXPECT(product, 2, 2, 2, 2);
  IN_MODES(&NO_GRAD, IN_PLACE("aten::fill_.Scalar", TENSOR(weight), INT(3)));
  IN_MODES(&AUTOCAST, product = MADE(pt_matmul(x, weight, &call)));
  EXPECT(product, 2, 2, 2, 2);
  pthread_t thread;
  CHECK(pthread_create(&thread, NULL, clear_autocast_cache, NULL) == 0 && pthread_join(thread, NULL) == 0);
  IN_MODES(&AUTOCAST, product = MADE(pt_matmul(x, weight, &call)));
  EXPECT(product, 6, 6, 6, 6);
  DONE(pt_autocast_clear_cache(&call));

  /* The gradient of a parameter that was cast has the type of the parameter. */
  IN_MODES(&AUTOCAST, product = MADE(pt_matmul(x, weight, &call)));
  pt_tensor *sum = SUM(product);
  DONE(pt_tensor_backward(sum, NULL, false, false, &call));
  HAS_DTYPE(PT_FLOAT32, pt_tensor_grad(weight, &call));
  EXPECT(pt_tensor_grad(weight, &call), 2, 2, 2, 2);
  DONE(pt_autocast_clear_cache(&call));
  FREE(x, tall, weight, product, sum);
}

/* What a hook observes: the modes that it inherits, and whether its own operators record the graph. */
static pt_modes seen_by_hook;
static bool recorded_by_hook;

static uintptr_t look_around(int64_t id, uintptr_t grad) {
  (void)id;
  pt_call inner = {0};
  const pt_tensor *g = (const pt_tensor *)grad;
  seen_by_hook = in_effect(NULL);
  pt_tensor *x = pt_tensor_share(g, &inner);
  pt_tensor *leaf = pt_from_data((const float[]){1, 2}, 8, SIZES(2), &FLOATS, &inner);
  CHECK(x != NULL && leaf != NULL && pt_tensor_set_requires_grad_(leaf, true, &inner) == PT_OK);
  pt_tensor *inherited = pt_mul(leaf, x, &inner);
  CHECK(inherited != NULL);
  recorded_by_hook = described(inherited).requires_grad;

  /* Calls with modes of their own; after a success and after a failure the inherited modes are restored. */
  static const pt_modes OTHERS[] = {
      {.grad = ON}, {.grad = OFF}, {.inference = ON}, {.autocast_cpu = {ON, PT_BFLOAT16}}};
  for (int64_t i = 0; i < COUNT(OTHERS); i++) {
    inner.modes = &OTHERS[i];
    const pt_modes inside = in_effect(&OTHERS[i]);
    pt_tensor *product = pt_mul(leaf, x, &inner);
    CHECK(product != NULL && described(product).requires_grad == (inside.grad == ON));
    CHECK(OTHERS[i].grad == INHERIT || inside.grad == OTHERS[i].grad);
    CHECK(pt_tensor_item(leaf, &(pt_value){0}, &inner) == PT_ERROR_RUNTIME);
    pt_error_free(inner.error);
    inner = (pt_call){0};
    const pt_modes after = in_effect(NULL);
    CHECK(equal_modes(&after, &seen_by_hook));
    pt_tensor_free(product);
  }
  FREE(x, leaf, inherited);
  return 0;
}

static void modes_of_hooks(void) {
  pt_tensor *x = tracked(VECTOR(1, 2));
  pt_tensor *squares = MADE(pt_mul(x, x, &call)), *sum = SUM(squares);
  int64_t position;
  DONE(pt_tensor_register_hook(squares, look_around, released, 0, &position, &call));
  DONE(pt_tensor_backward(sum, NULL, true, false, &call));
  pt_modes expected = DEFAULTS;
  expected.grad = OFF;
  CHECK(equal_modes(&seen_by_hook, &expected) && !recorded_by_hook);
  put_back_at(__LINE__);

  pt_tensor *gradient;
  DONE(pt_autograd_grad(TENSORS(sum), TENSORS(x), NULL, true, true, false, &gradient, &call));
  CHECK(equal_modes(&seen_by_hook, &DEFAULTS) && recorded_by_hook && is_recorded(gradient));
  put_back_at(__LINE__);

  /* create_graph determines whether a hook records, not the grad mode of the call; autocast applies in the hook. */
  static const pt_modes WITH_CAST = {.grad = ON, .autocast_cpu = {ON, PT_FLOAT16}};
  IN_MODES(&WITH_CAST, DONE(pt_tensor_backward(sum, NULL, true, false, &call)));
  expected.autocast_cpu = WITH_CAST.autocast_cpu;
  CHECK(equal_modes(&seen_by_hook, &expected) && !recorded_by_hook);
  DONE(pt_autocast_clear_cache(&call));
  FREE(x, squares, sum, gradient);
}

/* Two threads, of which one waits for the other during a call. */
static pthread_mutex_t stage_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t stage_reached = PTHREAD_COND_INITIALIZER;
static int stage;

static void reach(int next) {
  pthread_mutex_lock(&stage_lock);
  stage = next;
  pthread_cond_broadcast(&stage_reached);
  pthread_mutex_unlock(&stage_lock);
}

static void wait_for(int wanted) {
  pthread_mutex_lock(&stage_lock);
  while (stage < wanted) pthread_cond_wait(&stage_reached, &stage_lock);
  pthread_mutex_unlock(&stage_lock);
}

static uintptr_t wait_in_call(int64_t id, uintptr_t grad) {
  (void)id, (void)grad;
  const pt_modes before = in_effect(NULL);
  reach(1);
  wait_for(2);
  const pt_modes after = in_effect(NULL);
  CHECK(equal_modes(&before, &after) && before.autocast_cpu.mode == ON && before.grad == OFF);
  return 0;
}

static void *call_in_autocast(void *sum) {
  IN_MODES(&AUTOCAST, DONE(pt_tensor_backward(sum, NULL, false, false, &call)));
  return NULL;
}

static void modes_of_threads(void) {
  pt_tensor *x = tracked(ONES(2, 2));
  pt_tensor *square = MADE(pt_matmul(x, x, &call)), *sum = SUM(square);
  int64_t position;
  DONE(pt_tensor_register_hook(square, wait_in_call, released, 0, &position, &call));
  pthread_t thread;
  CHECK(pthread_create(&thread, NULL, call_in_autocast, sum) == 0);
  wait_for(1);
  put_back_at(__LINE__);
  pt_tensor *recorded = MADE(pt_matmul(x, x, &call)), *unrecorded;
  CHECK(is_recorded(recorded) && described(recorded).dtype == PT_FLOAT32);
  IN_MODES(&INFERENCE, unrecorded = MADE(pt_matmul(x, x, &call)));
  CHECK(is_inference(unrecorded) && described(unrecorded).dtype == PT_FLOAT32);
  reach(2);
  CHECK(pthread_join(thread, NULL) == 0);
  put_back_at(__LINE__);
  FREE(x, square, sum, recorded, unrecorded);
}

/* -------------------------------------------------------------- calls that skip the autograd kernel */

static bool same_bits(const pt_tensor *a, const pt_tensor *b) {
  float of_a[16], of_b[16];
  const int64_t bytes = described(a).numel * (int64_t)sizeof(float);
  CHECK(bytes <= (int64_t)sizeof of_a && described(b).numel == described(a).numel);
  DONE(pt_tensor_copy_out(a, of_a, bytes, &call));
  DONE(pt_tensor_copy_out(b, of_b, bytes, &call));
  return memcmp(of_a, of_b, (size_t)bytes) == 0;
}

/* Returns the gradient of the sum of a recorded result. */
static pt_tensor *gradient_of(const pt_tensor *result, const pt_tensor *input) {
  pt_tensor *sum = SUM(result), *gradient;
  DONE(pt_autograd_grad(TENSORS(sum), TENSORS(input), NULL, false, false, false, &gradient, &call));
  pt_tensor_free(sum);
  return gradient;
}

/* Checks that a direct call and a call by name have the same results and gradients, recorded or not. */
static void direct_and_by_name(void) {
  static const struct {
    const char *name;
    pt_tensor *(*binary)(const pt_tensor *, const pt_tensor *, pt_call *);
    pt_tensor *(*unary)(const pt_tensor *, pt_call *);
  } both[] = {{"aten::matmul", pt_matmul, NULL},   {"aten::add.Tensor", pt_add, NULL},
              {"aten::sub.Tensor", pt_sub, NULL},  {"aten::mul.Tensor", pt_mul, NULL},
              {"aten::sigmoid", NULL, pt_sigmoid}, {"aten::tanh", NULL, pt_tanh},
              {"aten::relu", NULL, pt_relu}};
  pt_tensor *plain[2], *weights[2];
  DONE(pt_manual_seed(3, &call));
  for (int i = 0; i < 2; i++) {
    plain[i] = MADE(BY_NAME("aten::randn", INT_LIST(3, 3)));
    weights[i] = tracked(MADE(BY_NAME("aten::clone", TENSOR(plain[i]))));
  }
  for (int64_t i = 0; i < COUNT(both); i++) {
#define DIRECT(a, b) MADE(both[i].unary ? both[i].unary(a, &call) : both[i].binary(a, b, &call))
#define NAMED(a, b) \
  made_at(__LINE__, \
          by_name_at(__LINE__, both[i].name, (pt_value[]){TENSOR(a), TENSOR(b)}, both[i].unary ? 1 : 2))
    pt_tensor *expected = DIRECT(plain[0], plain[1]);
    CHECK(!described(expected).requires_grad && described(expected).is_leaf);
    const bool second = both[i].unary == NULL;
    for (int recorded = 0; recorded < 4; recorded++) { /* neither, either or both require a gradient */
      pt_tensor *a = recorded & 1 ? weights[0] : plain[0], *b = recorded & 2 ? weights[1] : plain[1];
      const bool records = (recorded & 1) || (second && (recorded & 2));
      pt_tensor *direct = DIRECT(a, b), *named = NAMED(a, b);
      CHECK(same_bits(direct, expected) && same_bits(named, expected));
      CHECK(is_recorded(direct) == records && is_recorded(named) == records);
      if (recorded & 1) {
        pt_tensor *of_direct = gradient_of(direct, a), *of_named = gradient_of(named, a);
        CHECK(same_bits(of_direct, of_named));
        FREE(of_direct, of_named);
      }
      pt_tensor *direct_off, *named_off;
      IN_MODES(&NO_GRAD, direct_off = DIRECT(a, b));
      IN_MODES(&NO_GRAD, named_off = NAMED(a, b));
      CHECK(!is_recorded(direct_off) && !is_recorded(named_off));
      CHECK(same_bits(direct_off, expected) && same_bits(named_off, expected));
      FREE(direct, named, direct_off, named_off);
    }
    pt_tensor_free(expected);
#undef DIRECT
#undef NAMED
  }
  free_all(plain, 2);
  free_all(weights, 2);
}

/* Checks that a call is recorded if any of its arguments requires a gradient. */
static void recorded_by_name(void) {
  pt_tensor *plain = VECTOR(1, 2), *weight = tracked(VECTOR(3, 4)), *row = INDICES(1);
  pt_tensor *single = VECTOR(5), *single_weight = tracked(VECTOR(6));
  pt_tensor *mask = MADE(BY_NAME("aten::gt.Scalar", TENSOR(plain), INT(1)));
  const pt_value p = TENSOR(plain), w = TENSOR(weight), rows = TENSOR_LIST(row);
  const struct {
    pt_tensor *result;
    bool recorded;
  } calls[] = {
      {BY_NAME("aten::cat", TENSOR_LIST(plain, weight)), true},
      {BY_NAME("aten::cat", TENSOR_LIST(plain, plain)), false},
      {BY_NAME("aten::stack", TENSOR_LIST(weight, plain)), true},
      {BY_NAME("aten::add.Tensor", w, INT(1)), true},
      {BY_NAME("aten::add.Tensor", p, INT(1)), false},
      {BY_NAME("aten::pow.Scalar", INT(2), w), true},
      {BY_NAME("aten::where.self", TENSOR(mask), p, w), true},
      {BY_NAME("aten::where.self", TENSOR(mask), p, p), false},
      {BY_NAME("aten::addcmul", p, p, w), true},
      {BY_NAME("aten::index.Tensor", w, rows), true},
      {BY_NAME("aten::index.Tensor", p, rows), false},
      {BY_NAME("aten::index_put", p, rows, TENSOR(single_weight)), true},
      {BY_NAME("aten::index_put", p, rows, TENSOR(single)), false},
      {BY_NAME("aten::view", w, INT_LIST(2, 1)), true},
      {BY_NAME("aten::view", p, INT_LIST(2, 1)), false},
      {BY_NAME("aten::linear", p, p, NONE), false},
      {BY_NAME("aten::linear", p, w, NONE), true},
      {BY_NAME("aten::gt.Tensor", p, w), false}, /* has no derivative */
  };
  for (int64_t i = 0; i < COUNT(calls); i++) {
    if (is_recorded(MADE(calls[i].result)) != calls[i].recorded) {
      fprintf(stderr, "call %d: unexpectedly recorded or not recorded\n", (int)i);
      exit(1);
    }
    pt_tensor_free(calls[i].result);
  }
  FREE(plain, weight, row, single, single_weight, mask);
}

/* Checks that the result of a call that is not recorded is an ordinary tensor: it may require a gradient, and a graph
 * that has saved it detects writes to it, also through a view. */
static void written_once_recorded(void) {
  for (int through_view = 0; through_view < 2; through_view++) {
    pt_tensor *plain = VECTOR(1, 2), *weight = tracked(VECTOR(3, 4));
    pt_tensor *const made[] = {MADE(pt_add(plain, plain, &call)), MADE(pt_tanh(plain, &call)),
                               MADE(BY_NAME("aten::exp", TENSOR(plain)))};
    for (int64_t i = 0; i < COUNT(made); i++) {
      pt_tensor *product = MADE(pt_mul(weight, made[i], &call));
      pt_tensor *view = MADE(BY_NAME("aten::view", TENSOR(made[i]), INT_LIST(2, 1)));
      pt_tensor *sum = SUM(product);
      DONE(pt_tensor_backward(sum, NULL, true, false, &call));
      IN_PLACE("aten::add_.Tensor", TENSOR(through_view ? view : made[i]), INT(1));
      STATUS_FAILS(pt_tensor_backward(sum, NULL, true, false, &call), PT_ERROR_RUNTIME,
                   "modified by an inplace operation");
      tracked(made[i]);
      pt_tensor *square = MADE(pt_mul(made[i], made[i], &call));
      pt_tensor *gradient = gradient_of(square, made[i]);
      pt_tensor *twice = MADE(pt_add(made[i], made[i], &call));
      CHECK(same_bits(gradient, twice));
      FREE(product, view, sum, square, gradient, twice);
    }
    free_all(made, COUNT(made));
    FREE(plain, weight);
  }
}

/* ------------------------------------------------------------------------------ process-wide modes */

static void anomaly_mode(void) {
  CHECK(!pt_anomaly_mode());
  pt_set_anomaly_mode(true, true);
  CHECK(pt_anomaly_mode());
  pt_tensor *leaf = tracked(ZEROS(1));
  pt_tensor *root = MADE(BY_NAME("aten::sqrt", TENSOR(leaf)));
  DONE(pt_tensor_note_call(root, TEXT("sqrt here"), &call));
  pt_tensor *product = MADE(pt_mul(root, leaf, &call));
  DONE(pt_tensor_note_call(product, TEXT("mul here"), &call));
  DONE(pt_tensor_note_call(leaf, TEXT("no operator"), &call));
  CHECK(pt_tensor_backward(product, NULL, false, false, &call) == PT_ERROR_RUNTIME);
  int64_t noted = 0;
  CHECK(memcmp(pt_error_call(call.error, &noted), "sqrt here", 9) == 0 && noted == 9);
  pt_error_free(call.error);
  call.error = NULL;
  pt_set_anomaly_mode(false, true);
  FREE(leaf, root, product);
}

/* Reads the gradient of a tensor that is not a leaf, about which libtorch warns. */
static void *warn(void *root) {
  pt_call own = {.modes = NULL, .error = NULL};
  CHECK(pt_tensor_grad(root, &own) == NULL && own.error == NULL);
  return NULL;
}

static void warnings(void) {
  pt_tensor *leaf = tracked(ZEROS(1));
  pt_tensor *root = MADE(BY_NAME("aten::sqrt", TENSOR(leaf)));
  pt_keep_warnings();
  CHECK(*pt_warnings() == 0);
  pthread_t other;
  CHECK(pthread_create(&other, NULL, warn, root) == 0 && pthread_join(other, NULL) == 0);
  warn(root);
  CHECK(*pt_warnings() == 1);
  pt_value warning;
  DONE(pt_warning_take(&warning, &call));
  CHECK(warning.kind == PT_STRING && memcmp(warning.payload.string, "The .grad attribute", 19) == 0);
  pt_value_free(&warning);
  DONE(pt_warning_take(&warning, &call));
  CHECK(warning.kind == PT_NONE && *pt_warnings() == 0);
  FREE(leaf, root);
}

static void other_modes(void) {
  CHECK(!pt_deterministic());
  pt_set_deterministic(true, false);
  CHECK(pt_deterministic());
  pt_set_deterministic(false, false);
  if (pt_set_flush_denormal(true)) CHECK(pt_set_flush_denormal(false));
}

/* ------------------------------------------------------------------------------------------- memory */

/* Frees a tensor of another thread: the counters are sums over all threads. */
static void *free_elsewhere(void *tensor) {
  pt_tensor_free(tensor);
  return NULL;
}

static void kept_memory(void) {
  pt_memory kept;
  pt_tensor *x = EMPTY(1000, 1000);
  DONE(pt_memory_keep(8 << 20, &call));
  pt_tensor_free(x);
  pt_memory_read(&kept);
  CHECK(kept.kept_bytes >= 4000000 && kept.kept_bytes <= 4500000);
  x = EMPTY(1000, 1001); /* of the same size class: reuses the block */
  pt_memory_read(&kept);
  CHECK(kept.kept_bytes == 0);
  pt_tensor *y = EMPTY(2000, 1000);
  FREE(x, y); /* together above the limit */
  pt_memory_read(&kept);
  CHECK(kept.kept_bytes >= 4000000 && kept.kept_bytes <= 8 << 20);
  pt_tensor_free(EMPTY(10 << 20));
  DONE(pt_memory_keep(0, &call));
  pt_memory_read(&kept);
  CHECK(kept.kept_bytes == 0);
  STATUS_FAILS(pt_memory_keep(-1, &call), PT_ERROR_VALUE, "bytes: expected at least 0");
}

static void memory(const pt_memory *before) {
  pt_memory now;
  pt_memory_read(&now);
  CHECK(now.live_tensors == before->live_tensors);
  pt_tensor *x = ZEROS(1000);
  const int64_t *allocated = pt_memory_allocated();
  const int64_t allocated_before = *allocated;
  pt_tensor_free(EMPTY(1 << 20));
  CHECK(*allocated - allocated_before >= 4 << 20 && *allocated - allocated_before < 8 << 20);
  pt_memory with;
  pt_memory_read(&with);
  CHECK(with.live_tensors == now.live_tensors + 1);
  CHECK(with.live_bytes - now.live_bytes >= 4000 && with.live_bytes - now.live_bytes < 8000);
  pthread_t thread;
  CHECK(pthread_create(&thread, NULL, free_elsewhere, x) == 0 && pthread_join(thread, NULL) == 0);
  pt_memory_read(&with);
  CHECK(with.live_tensors == now.live_tensors && with.live_bytes == now.live_bytes);
  kept_memory();
}

int main(void) {
  pt_memory before;
  pt_memory_read(&before);
  library();
  errors();
  handles();
  creation();
  views();
  arithmetic();
  autograd();
  neural_networks();
  recurrent();
  operators();
  own_operators();
  steps_of_optimizers();
  fused_recurrent();
  generators();
  hooks();
  exit_handlers();
  modes_in_effect();
  wrong_modes();
  modes_of_every_function();
  grad_modes();
  inference_modes();
  autocast_modes();
  modes_of_hooks();
  modes_of_threads();
  direct_and_by_name();
  recorded_by_name();
  written_once_recorded();
  anomaly_mode();
  warnings();
  other_modes();
  put_back_at(__LINE__);
  memory(&before);
  CHECK(call.error == NULL);
  puts("all functions and conventions of panama_torch.h work as documented");
  return 0;
}
