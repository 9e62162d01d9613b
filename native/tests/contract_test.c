/* Every function and every convention of panama_torch.h, from plain C. */
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
#define SIZES(...) (const int64_t[]){__VA_ARGS__}, COUNT(((const int64_t[]){__VA_ARGS__}))
#define TENSORS(...) (const pt_tensor *const[]){__VA_ARGS__}, COUNT(((const pt_tensor *const[]){__VA_ARGS__}))
#define TEXT(literal) literal, (int64_t)strlen(literal)

#define CHECK(condition)                                              \
  do {                                                                \
    if (!(condition)) {                                               \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
      exit(1);                                                        \
    }                                                                 \
  } while (0)

static const pt_options FLOATS = {.dtype = PT_FLOAT32, .device_type = PT_CPU, .device_index = -1};
static const pt_options DOUBLES = {.dtype = PT_FLOAT64, .device_type = PT_CPU, .device_index = -1};
static const pt_options INTEGERS = {.dtype = PT_INT64, .device_type = PT_CPU, .device_index = -1};
static const pt_options TRUTHS = {.dtype = PT_BOOL, .device_type = PT_CPU, .device_index = -1};

/* The slot that every call below uses. A success must leave it alone, a failure must fill it. */
static pt_error *error;

static pt_tensor *made_at(int line, pt_tensor *tensor) {
  if (tensor == NULL || error != NULL) {
    int64_t length = 0;
    const char *message = error == NULL ? "" : pt_error_message(error, &length);
    fprintf(stderr, "%s:%d: expected a tensor: %.*s\n", __FILE__, line, (int)length, message);
    exit(1);
  }
  return tensor;
}
#define MADE(call) made_at(__LINE__, call)

static void done_at(int line, pt_status status) {
  if (status != PT_OK || error != NULL) {
    int64_t length = 0;
    const char *message = error == NULL ? "" : pt_error_message(error, &length);
    fprintf(stderr, "%s:%d: status %d: %.*s\n", __FILE__, line, (int)status, (int)length, message);
    exit(1);
  }
}
#define DONE(call) done_at(__LINE__, call)

/* The error in the slot has this status and a message with this in it, and no C++ backtrace. */
static void failed_at(int line, pt_status expected, const char *part) {
  if (error == NULL) {
    fprintf(stderr, "%s:%d: expected a failure\n", __FILE__, line);
    exit(1);
  }
  int64_t length = 0, long_length = 0;
  const char *message = pt_error_message(error, &length);
  const char *backtrace = pt_error_backtrace(error, &long_length);
  char text[4096];
  snprintf(text, sizeof text, "%.*s", (int)length, message);
  if (pt_error_status(error) != expected || strstr(text, part) == NULL || backtrace == NULL ||
      strstr(text, "Exception raised from") != NULL) {
    fprintf(stderr, "%s:%d: expected status %d with '%s', got %d: %s\n", __FILE__, line, (int)expected, part,
            (int)pt_error_status(error), text);
    exit(1);
  }
  pt_error_free(error);
  error = NULL;
}
#define NULL_FAILS(call, status, part) \
  do {                                 \
    CHECK((call) == NULL);             \
    failed_at(__LINE__, status, part); \
  } while (0)
#define STATUS_FAILS(call, status, part) \
  do {                                   \
    CHECK((call) == (status));           \
    failed_at(__LINE__, status, part);   \
  } while (0)

static pt_value integer(int64_t value) { return (pt_value){.kind = PT_INT, .payload.integer = value}; }
static pt_value real(double value) { return (pt_value){.kind = PT_DOUBLE, .payload.real = value}; }
static pt_value truth(bool value) { return (pt_value){.kind = PT_TRUTH, .payload.integer = value}; }

static double item(const pt_tensor *tensor) {
  pt_value value;
  DONE(pt_tensor_item(tensor, &value, &error));
  return value.kind == PT_DOUBLE ? value.payload.real : (double)value.payload.integer;
}

static pt_tensor *vector(const float *values, int64_t count) {
  return MADE(pt_from_data(values, count * (int64_t)sizeof *values, SIZES(count), &FLOATS, &error));
}
#define VECTOR(...) vector((const float[]){__VA_ARGS__}, COUNT(((const float[]){__VA_ARGS__})))

static pt_tensor *indices(const int64_t *values, int64_t count) {
  return MADE(pt_from_data(values, count * (int64_t)sizeof *values, SIZES(count), &INTEGERS, &error));
}
#define INDICES(...) indices((const int64_t[]){__VA_ARGS__}, COUNT(((const int64_t[]){__VA_ARGS__})))

static const pt_operator *found(const char *name) {
  const pt_operator *op = pt_operator_find(TEXT(name), &error);
  if (op == NULL || error != NULL) {
    fprintf(stderr, "no operator %s\n", name);
    exit(1);
  }
  return op;
}

/* The elements of a tensor of any type, as doubles; then, if so wanted, the end of the tensor. */
static void expect_at(int line, pt_tensor *tensor, const double *expected, int64_t count) {
  pt_tensor *doubles = MADE(pt_to(tensor, &DOUBLES, false, &error));
  double actual[64];
  CHECK(count <= COUNT(actual));
  DONE(pt_tensor_copy_out(doubles, actual, count * (int64_t)sizeof *actual, &error));
  for (int64_t i = 0; i < count; i++) {
    if (!(fabs(actual[i] - expected[i]) < 1e-4)) {
      fprintf(stderr, "%s:%d: element %d: expected %g, got %g\n", __FILE__, line, (int)i, expected[i],
              actual[i]);
      exit(1);
    }
  }
  pt_tensor_free(doubles);
  pt_tensor_free(tensor);
}
#define EXPECT(call, ...) \
  expect_at(__LINE__, MADE(call), (const double[]){__VA_ARGS__}, COUNT(((const double[]){__VA_ARGS__})))

static void expect_shape_at(int line, const pt_tensor *tensor, const int64_t *sizes, int64_t dim) {
  pt_tensor_info info;
  DONE(pt_tensor_describe(tensor, &info, &error));
  bool same = info.dim == dim;
  for (int64_t i = 0; same && i < dim; i++) same = info.sizes[i] == sizes[i];
  if (!same) {
    fprintf(stderr, "%s:%d: another shape than expected\n", __FILE__, line);
    exit(1);
  }
}
#define EXPECT_SHAPE(tensor, ...) expect_shape_at(__LINE__, tensor, SIZES(__VA_ARGS__))

static void library(void) {
  CHECK(pt_contract_version() == PT_CONTRACT_VERSION);
  CHECK(strncmp(pt_libtorch_version(), "2.13.0", 6) == 0);

  pt_tensor *info = MADE(pt_build_info(&error));
  pt_tensor_info described;
  DONE(pt_tensor_describe(info, &described, &error));
  CHECK(described.dtype == PT_UINT8 && described.dim == 1 && described.numel > 100);
  pt_tensor_free(info);

  DONE(pt_set_num_threads(2, &error));
  CHECK(pt_num_threads() == 2);
  STATUS_FAILS(pt_set_num_threads(0, &error), PT_ERROR_VALUE, "0");
  DONE(pt_set_num_interop_threads(2, &error));
  CHECK(pt_num_interop_threads() == 2);
  STATUS_FAILS(pt_set_num_interop_threads(0, &error), PT_ERROR_VALUE, "0");
  STATUS_FAILS(pt_set_num_interop_threads(3, &error), PT_ERROR_RUNTIME, "interop");
}

static void errors(void) {
  pt_error_free(NULL);
  pt_tensor *a = VECTOR(1, 2, 3), *b = VECTOR(1, 2);
  NULL_FAILS(pt_add(a, b, &error), PT_ERROR_RUNTIME, "must match the size");
  NULL_FAILS(pt_select(a, 0, 3, &error), PT_ERROR_INDEX, "out of range");
  NULL_FAILS(pt_select(a, 1, 0, &error), PT_ERROR_INDEX, "Dimension out of range");
  NULL_FAILS(pt_zeros(SIZES(-1), &FLOATS, &error), PT_ERROR_RUNTIME, "negative");
  NULL_FAILS(pt_empty(SIZES(1LL << 60), &FLOATS, &error), PT_ERROR_OUT_OF_MEMORY, "memory");
  pt_tensor *half = MADE(pt_tensor_share(a, &error));
  const pt_value text = {.kind = PT_STRING, .payload.string = "x", .length = 1};
  NULL_FAILS(pt_add_scalar(a, &text, &error), PT_ERROR_TYPE, "expected a number");
  pt_value value;
  STATUS_FAILS(pt_tensor_item(a, &value, &error), PT_ERROR_RUNTIME, "3 elements");
  pt_tensor_free(half);
  pt_tensor_free(a);
  pt_tensor_free(b);
}

static void handles(void) {
  pt_tensor_free(NULL);
  pt_tensor *x = VECTOR(1, 2, 3, 4, 5, 6);
  pt_tensor *matrix = MADE(pt_view(x, SIZES(2, 3), &error));
  pt_tensor *same = MADE(pt_tensor_share(x, &error));
  pt_tensor_free(x); /* the other handles stay valid */

  pt_tensor *turned = MADE(pt_transpose(matrix, 0, 1, &error));
  pt_tensor_info info;
  DONE(pt_tensor_describe(turned, &info, &error));
  CHECK(info.dim == 2 && info.numel == 6 && info.sizes[0] == 3 && info.sizes[1] == 2);
  CHECK(info.strides[0] == 1 && info.strides[1] == 3 && info.element_size == 4 && !info.is_contiguous);
  CHECK(info.dtype == PT_FLOAT32 && info.device_type == PT_CPU && !info.requires_grad && info.is_leaf);
  CHECK(((const float *)info.data)[5] == 6);

  float out[6];
  DONE(pt_tensor_copy_out(turned, out, sizeof out, &error));
  CHECK(out[1] == 4 && out[5] == 6);
  STATUS_FAILS(pt_tensor_copy_out(turned, out, 20, &error), PT_ERROR_VALUE, "expected 24 bytes");
  const float in[6] = {10, 20, 30, 40, 50, 60};
  DONE(pt_tensor_copy_in_(turned, in, sizeof in, &error));
  STATUS_FAILS(pt_tensor_copy_in_(turned, in, 4, &error), PT_ERROR_VALUE, "expected 24 bytes");
  EXPECT(MADE(pt_clone(same, &error)), 10, 30, 50, 20, 40, 60);

  DONE(pt_tensor_pin_storage_(same, &error));
  const pt_operator *resize = found("aten::resize_");
  const int64_t larger = 100;
  const pt_value arguments[] = {{.kind = PT_TENSOR, .payload.tensor = same},
                                {.kind = PT_INT_LIST, .payload.integers = &larger, .length = 1}};
  pt_value result;
  STATUS_FAILS(pt_operator_call(resize, arguments, 2, &result, &error), PT_ERROR_RUNTIME, "resiz");

  pt_tensor_free(turned);
  pt_tensor_free(same);
  pt_tensor_free(matrix);
}

static void creation(void) {
  pt_tensor *empty = MADE(pt_empty(SIZES(2, 0), &FLOATS, &error));
  EXPECT_SHAPE(empty, 2, 0);
  pt_tensor_free(empty);
  EXPECT(pt_zeros(SIZES(2), &FLOATS, &error), 0, 0);
  EXPECT(pt_zeros(NULL, 0, &FLOATS, &error), 0);
  EXPECT(pt_ones(SIZES(2), &INTEGERS, &error), 1, 1);
  const pt_value seven = integer(7), half = real(0.5), one = integer(1), two = integer(2), yes = truth(true);
  EXPECT(pt_full(SIZES(2), &half, &FLOATS, &error), 0.5, 0.5);
  EXPECT(pt_full(SIZES(1), &yes, &TRUTHS, &error), 1);
  EXPECT(pt_arange(&one, &seven, &two, &INTEGERS, &error), 1, 3, 5);
  EXPECT(pt_eye(2, &FLOATS, &error), 1, 0, 0, 1);
  static const int32_t STORED[] = {PT_UINT16,          PT_UINT32,        PT_UINT64,
                                   PT_FLOAT8_E5M2,     PT_FLOAT8_E4M3FN, PT_FLOAT8_E5M2FNUZ,
                                   PT_FLOAT8_E4M3FNUZ, PT_FLOAT8_E8M0FNU};
  for (size_t i = 0; i < COUNT(STORED); i++) {
    const pt_options stored = {.dtype = STORED[i], .device_type = PT_CPU, .device_index = -1};
    pt_tensor *numbers = INDICES(1, 2, 64);
    EXPECT(pt_to(numbers, &stored, false, &error), 1, 2, 64);
    pt_tensor_free(numbers);
  }
  const pt_options unsigned_64 = {.dtype = PT_UINT64, .device_type = PT_CPU, .device_index = -1};
  const uint64_t all_bits = UINT64_MAX;
  pt_tensor *largest = MADE(pt_from_data(&all_bits, 8, SIZES(1), &unsigned_64, &error));
  pt_value largest_value;
  DONE(pt_tensor_item(largest, &largest_value, &error));
  CHECK(largest_value.kind == PT_DOUBLE && largest_value.payload.real == 0x1p64);
  pt_tensor_free(largest);

  const pt_options unknown = {.dtype = 99, .device_type = PT_CPU, .device_index = -1};
  const pt_options nowhere = {.dtype = PT_FLOAT32, .device_type = PT_CPU, .device_index = 1000};
  NULL_FAILS(pt_empty(SIZES(1), &unknown, &error), PT_ERROR_VALUE, "no dtype 99");
  NULL_FAILS(pt_empty(SIZES(1), &nowhere, &error), PT_ERROR_VALUE, "index 1000");
  NULL_FAILS(pt_from_data("", 1, SIZES(2), &FLOATS, &error), PT_ERROR_VALUE, "8 bytes");

  DONE(pt_manual_seed(0, &error)); /* the numbers of torch.manual_seed(0) */
  EXPECT(pt_randn(SIZES(3), &FLOATS, &error), 1.5410, -0.2934, -2.1788);
  DONE(pt_manual_seed(0, &error));
  EXPECT(pt_rand(SIZES(3), &FLOATS, &error), 0.4963, 0.7682, 0.0885);
  DONE(pt_manual_seed(0, &error));
  EXPECT(pt_randint(0, 10, SIZES(5), &INTEGERS, &error), 4, 9, 3, 0, 3);
  DONE(pt_manual_seed(0, &error));
  EXPECT(pt_randperm(4, &INTEGERS, &error), 0, 1, 3, 2);
  NULL_FAILS(pt_randint(3, 3, SIZES(1), &INTEGERS, &error), PT_ERROR_RUNTIME, "from");

  pt_tensor *x = MADE(pt_empty(SIZES(1000), &FLOATS, &error));
  DONE(pt_uniform_(x, 2, 3, &error));
  pt_tensor *least = MADE(pt_amin(x, NULL, 0, false, &error));
  CHECK(item(least) >= 2 && item(least) < 2.1);
  pt_tensor_free(least);
  DONE(pt_normal_(x, 100, 1, &error));
  pt_tensor *mean = MADE(pt_mean(x, NULL, 0, false, &error));
  CHECK(fabs(item(mean) - 100) < 0.5);
  pt_tensor_free(mean);
  STATUS_FAILS(pt_normal_(x, 0, -1, &error), PT_ERROR_RUNTIME, "std");
  pt_tensor_free(x);
}

static void views(void) {
  pt_tensor *flat = VECTOR(1, 2, 3, 4, 5, 6);
  pt_tensor *x = MADE(pt_reshape(flat, SIZES(2, -1), &error));
  EXPECT_SHAPE(x, 2, 3);
  pt_tensor *up = MADE(pt_unsqueeze(x, 1, &error));
  EXPECT_SHAPE(up, 2, 1, 3);
  pt_tensor *wide = MADE(pt_expand(up, SIZES(2, 4, 3), &error));
  EXPECT_SHAPE(wide, 2, 4, 3);
  pt_tensor *around = MADE(pt_permute(wide, SIZES(2, 0, 1), &error));
  EXPECT_SHAPE(around, 3, 2, 4);
  pt_tensor *down = MADE(pt_squeeze(up, 1, &error));
  EXPECT_SHAPE(down, 2, 3);
  pt_tensor *one = MADE(pt_flatten(wide, 0, 1, &error));
  EXPECT_SHAPE(one, 8, 3);
  EXPECT(pt_select(x, 1, -1, &error), 3, 6);
  EXPECT(pt_slice(x, 1, 0, 3, 2, &error), 1, 3, 4, 6);
  NULL_FAILS(pt_slice(x, 1, 0, 3, 0, &error), PT_ERROR_RUNTIME, "step");

  pt_tensor *turned = MADE(pt_transpose(x, 0, 1, &error));
  EXPECT(pt_contiguous(turned, &error), 1, 4, 2, 5, 3, 6);
  NULL_FAILS(pt_view(turned, SIZES(6), &error), PT_ERROR_RUNTIME, "view size");

  pt_tensor *rows = INDICES(1, 0), *columns = INDICES(2, 2);
  EXPECT(pt_index(x, TENSORS(rows, columns), &error), 6, 3);
  EXPECT(pt_index(x, TENSORS(NULL, columns), &error), 3, 3, 6, 6);
  EXPECT(pt_index_select(x, 0, rows, &error), 4, 5, 6, 1, 2, 3);
  pt_tensor *column = MADE(pt_unsqueeze(rows, 1, &error));
  EXPECT(pt_gather(x, 1, column, &error), 2, 4);
  pt_tensor *copy = MADE(pt_clone(x, &error));
  pt_tensor *values = VECTOR(60, 30);
  DONE(pt_index_put_(copy, TENSORS(rows, columns), values, false, &error));
  DONE(pt_index_put_(copy, TENSORS(rows, columns), values, true, &error));
  EXPECT(MADE(pt_tensor_share(copy, &error)), 1, 2, 60, 4, 5, 120);
  EXPECT(MADE(pt_tensor_share(x, &error)), 1, 2, 3, 4, 5, 6);

  const pt_value three = integer(3), zero = real(0);
  pt_tensor *mask = MADE(pt_gt_scalar(x, &three, &error));
  EXPECT(pt_masked_fill(x, mask, &zero, &error), 1, 2, 3, 0, 0, 0);
  EXPECT(pt_where(mask, x, copy, &error), 1, 2, 60, 4, 5, 6);
  EXPECT(pt_cat(TENSORS(rows, columns), 0, &error), 1, 0, 2, 2);
  EXPECT(pt_stack(TENSORS(rows, columns), 1, &error), 1, 2, 0, 2);
  NULL_FAILS(pt_cat(NULL, 0, 0, &error), PT_ERROR_VALUE, "empty");
  EXPECT(pt_to(x, &INTEGERS, true, &error), 1, 2, 3, 4, 5, 6);
  DONE(pt_copy_(copy, rows = (pt_tensor_free(rows), VECTOR(7, 8, 9)), &error));
  EXPECT(MADE(pt_detach(copy, &error)), 7, 8, 9, 7, 8, 9);
  DONE(pt_fill_(copy, &three, &error));
  EXPECT(copy, 3, 3, 3, 3, 3, 3);

  pt_tensor *all[] = {flat, x, up, wide, around, down, one, turned, rows, columns, column, values, mask};
  for (int64_t i = 0; i < COUNT(all); i++) pt_tensor_free(all[i]);
}

static void arithmetic(void) {
  pt_tensor *a = VECTOR(1, 4), *b = VECTOR(2, 2), *negative = VECTOR(-1, 4);
  const pt_value two = integer(2);
  EXPECT(pt_add(a, b, &error), 3, 6);
  EXPECT(pt_sub(a, b, &error), -1, 2);
  EXPECT(pt_mul(a, b, &error), 2, 8);
  EXPECT(pt_div(a, b, &error), 0.5, 2);
  EXPECT(pt_pow(a, b, &error), 1, 16);
  EXPECT(pt_add_scalar(a, &two, &error), 3, 6);
  EXPECT(pt_sub_scalar(a, &two, &error), -1, 2);
  EXPECT(pt_mul_scalar(a, &two, &error), 2, 8);
  EXPECT(pt_div_scalar(a, &two, &error), 0.5, 2);
  EXPECT(pt_pow_scalar(a, &two, &error), 1, 16);
  EXPECT(pt_neg(a, &error), -1, -4);
  EXPECT(pt_abs(negative, &error), 1, 4);
  EXPECT(pt_exp(a, &error), 2.71828, 54.59815);
  EXPECT(pt_log(a, &error), 0, 1.38629);
  EXPECT(pt_sqrt(a, &error), 1, 2);
  EXPECT(pt_matmul(a, b, &error), 10);

  EXPECT(pt_eq(a, negative, &error), 0, 1);
  EXPECT(pt_ne(a, negative, &error), 1, 0);
  EXPECT(pt_lt(a, b, &error), 1, 0);
  EXPECT(pt_le(a, a, &error), 1, 1);
  EXPECT(pt_gt(a, b, &error), 0, 1);
  EXPECT(pt_ge(a, b, &error), 0, 1);
  EXPECT(pt_eq_scalar(b, &two, &error), 1, 1);
  EXPECT(pt_ne_scalar(b, &two, &error), 0, 0);
  EXPECT(pt_lt_scalar(a, &two, &error), 1, 0);
  EXPECT(pt_le_scalar(a, &two, &error), 1, 0);
  EXPECT(pt_gt_scalar(a, &two, &error), 0, 1);
  EXPECT(pt_ge_scalar(a, &two, &error), 0, 1);

  pt_tensor *x = MADE(pt_stack(TENSORS(a, b, negative), 0, &error)); /* 1 4, 2 2, -1 4 */
  EXPECT(pt_sum(x, SIZES(0), false, &error), 2, 10);
  EXPECT(pt_sum(x, NULL, 0, false, &error), 12);
  EXPECT(pt_mean(x, SIZES(1), true, &error), 2.5, 2, 1.5);
  EXPECT(pt_amax(x, SIZES(0), false, &error), 2, 4);
  EXPECT(pt_amin(x, SIZES(0, 1), false, &error), -1);
  EXPECT(pt_argmax(x, &error), 1);
  EXPECT(pt_argmax_dim(x, 0, false, &error), 1, 0);
  pt_tensor_free(x);

  DONE(pt_add_(a, b, &error));
  DONE(pt_mul_(a, b, &error));
  DONE(pt_sub_(a, b, &error));
  DONE(pt_div_(a, b, &error));
  DONE(pt_add_scalar_(a, &two, &error));
  DONE(pt_mul_scalar_(a, &two, &error));
  EXPECT(a, 8, 14);
  pt_tensor_free(b);
  pt_tensor_free(negative);
}

static void *grad_mode_elsewhere(void *unused) {
  (void)unused;
  return pt_grad_mode() ? "on" : NULL;
}

static void autograd(void) {
  pt_tensor *x = VECTOR(1, 2, 3);
  CHECK(pt_tensor_grad(x, &error) == NULL && error == NULL);
  DONE(pt_tensor_set_requires_grad_(x, true, &error));
  pt_tensor *squares = MADE(pt_mul(x, x, &error));
  pt_tensor *sum = MADE(pt_sum(squares, NULL, 0, false, &error));
  pt_tensor_info info;
  DONE(pt_tensor_describe(sum, &info, &error));
  CHECK(info.requires_grad && !info.is_leaf);
  pt_value name;
  DONE(pt_tensor_grad_fn(sum, &name, &error));
  CHECK(name.kind == PT_STRING && name.length == 12 && memcmp(name.payload.string, "SumBackward0", 12) == 0);
  pt_value_free(&name);
  DONE(pt_tensor_grad_fn(x, &name, &error));
  CHECK(name.kind == PT_NONE);
  STATUS_FAILS(pt_tensor_set_requires_grad_(sum, false, &error), PT_ERROR_RUNTIME, "leaf");
  DONE(pt_tensor_backward(sum, NULL, true, false, &error));
  EXPECT(pt_tensor_grad(x, &error), 2, 4, 6);
  DONE(pt_tensor_backward(squares, x, false, false, &error));
  EXPECT(pt_tensor_grad(x, &error), 4, 12, 24);
  STATUS_FAILS(pt_tensor_backward(sum, NULL, false, false, &error), PT_ERROR_RUNTIME, "second time");
  DONE(pt_tensor_set_grad_(x, NULL, &error));
  CHECK(pt_tensor_grad(x, &error) == NULL && error == NULL);
  pt_tensor *ones = VECTOR(1, 1, 1);
  DONE(pt_tensor_set_grad_(x, ones, &error));
  EXPECT(pt_tensor_grad(x, &error), 1, 1, 1);
  pt_tensor_free(squares);
  pt_tensor_free(sum);

  pt_tensor *again = MADE(pt_mul(x, x, &error));
  DONE(pt_tensor_set_requires_grad_(ones, true, &error));
  pt_tensor *results[2];
  DONE(pt_autograd_grad(TENSORS(again), TENSORS(x, ones), (const pt_tensor *const[]){ones}, true, false, true,
                        results, &error));
  EXPECT(results[0], 2, 4, 6);
  CHECK(results[1] == NULL);
  STATUS_FAILS(pt_autograd_grad(TENSORS(again), TENSORS(ones), (const pt_tensor *const[]){ones}, false, false,
                                false, results, &error),
               PT_ERROR_RUNTIME, "not have been used");
  pt_tensor_free(again);
  pt_tensor_free(ones);
  pt_tensor *whole = INDICES(1);
  STATUS_FAILS(pt_tensor_set_requires_grad_(whole, true, &error), PT_ERROR_RUNTIME, "floating point");
  pt_tensor_free(whole);

  CHECK(pt_set_grad_mode(false) && !pt_grad_mode());
  pthread_t thread;
  void *elsewhere;
  CHECK(pthread_create(&thread, NULL, grad_mode_elsewhere, NULL) == 0 &&
        pthread_join(thread, &elsewhere) == 0);
  CHECK(elsewhere != NULL);
  CHECK(!pt_set_grad_mode(true) && pt_grad_mode());
  pt_inference_mode_leave(NULL);
  pt_inference_mode *mode = pt_inference_mode_enter(&error);
  CHECK(mode != NULL && !pt_grad_mode());
  pt_inference_mode_leave(mode);
  CHECK(pt_grad_mode());
  pt_tensor_free(x);
}

static void neural_networks(void) {
  pt_tensor *flat = VECTOR(1, 2, 3, 4, 5, 6), *bias = VECTOR(10, 20);
  pt_tensor *weight = MADE(pt_view(flat, SIZES(2, 3), &error));
  pt_tensor *x = VECTOR(1, 0, -1);
  EXPECT(pt_linear(x, weight, bias, &error), 8, 18);
  EXPECT(pt_linear(x, weight, NULL, &error), -2, -2);
  pt_tensor *rows = INDICES(1, 0);
  EXPECT(pt_embedding(weight, rows, -1, false, false, &error), 4, 5, 6, 1, 2, 3);
  EXPECT(pt_dropout(x, 0.5, false, &error), 1, 0, -1);
  EXPECT(pt_dropout(x, 1, true, &error), 0, 0, 0);
  NULL_FAILS(pt_dropout(x, 2, true, &error), PT_ERROR_RUNTIME, "between 0 and 1");
  EXPECT(pt_relu(x, &error), 1, 0, 0);
  EXPECT(pt_tanh(x, &error), 0.76159, 0, -0.76159);
  EXPECT(pt_sigmoid(x, &error), 0.73106, 0.5, 0.26894);
  EXPECT(pt_softmax(x, 0, &error), 0.66524, 0.24473, 0.09003);
  EXPECT(pt_log_softmax(x, 0, &error), -0.40761, -1.40761, -2.40761);
  pt_tensor *logits = MADE(pt_view(flat, SIZES(2, 3), &error));
  EXPECT(pt_cross_entropy(logits, rows, NULL, 1, -100, 0, &error), 1.90761);
  EXPECT(pt_cross_entropy(logits, rows, NULL, 0, 0, 0, &error), 1.40761, 0);
  EXPECT(pt_cross_entropy(logits, rows, x, 2, -100, 0, &error), 2.40761);
  pt_tensor *all[] = {flat, bias, weight, x, rows, logits};
  for (int64_t i = 0; i < COUNT(all); i++) pt_tensor_free(all[i]);
}

static void free_all(pt_tensor **tensors, int64_t count) {
  for (int64_t i = 0; i < count; i++) pt_tensor_free(tensors[i]);
}

static void recurrent(void) {
  enum { IN = 3, HIDDEN = 2, LENGTH = 4, BATCH = 2 };
  const pt_recurrent config = {.num_layers = 1, .has_biases = true, .batch_first = true};
  pt_tensor *x = MADE(pt_ones(SIZES(BATCH, LENGTH, IN), &FLOATS, &error));
  pt_tensor *h = MADE(pt_zeros(SIZES(1, BATCH, HIDDEN), &FLOATS, &error));
  pt_tensor *lengths = INDICES(4, 2);
  pt_tensor *packed[2], *padded[3];
  DONE(pt_pack_padded_sequence(x, lengths, true, packed, &error));
  EXPECT_SHAPE(packed[0], 6, IN);
  EXPECT(MADE(pt_tensor_share(packed[1], &error)), 2, 2, 1, 1);
  DONE(pt_pad_packed_sequence(packed[0], packed[1], true, 0, 5, padded, &error));
  EXPECT_SHAPE(padded[0], BATCH, 5, IN);
  EXPECT(padded[1], 4, 2);
  pt_tensor_free(padded[0]);
  pt_tensor *wrong = INDICES(2, 4);
  STATUS_FAILS(pt_pack_padded_sequence(x, wrong, true, padded, &error), PT_ERROR_RUNTIME, "decreasing");
  pt_tensor_free(wrong);

  const int gates[] = {1, 1, 3, 4}; /* RNN tanh, RNN ReLU, GRU, LSTM */
  for (int kind = 0; kind < COUNT(gates); kind++) {
    pt_tensor *parameters[] = {MADE(pt_ones(SIZES(gates[kind] * HIDDEN, IN), &FLOATS, &error)),
                               MADE(pt_zeros(SIZES(gates[kind] * HIDDEN, HIDDEN), &FLOATS, &error)),
                               MADE(pt_zeros(SIZES(gates[kind] * HIDDEN), &FLOATS, &error)),
                               MADE(pt_zeros(SIZES(gates[kind] * HIDDEN), &FLOATS, &error))};
    const pt_tensor *const *given = (const pt_tensor *const *)parameters;
    const bool lstm = kind == 3;
    const int results = lstm ? 3 : 2;
    pt_tensor *whole[3], *parts[3];
    if (lstm) {
      DONE(pt_lstm(x, h, h, given, 4, &config, whole, &error));
      DONE(pt_lstm_packed(packed[0], packed[1], h, h, given, 4, &config, parts, &error));
      STATUS_FAILS(pt_lstm(x, h, h, given, 3, &config, parts, &error), PT_ERROR_VALUE,
                   "parameters: expected 4");
    } else {
      DONE(pt_rnn((pt_cell)kind, x, h, given, 4, &config, whole, &error));
      DONE(pt_rnn_packed((pt_cell)kind, packed[0], packed[1], h, given, 4, &config, parts, &error));
      STATUS_FAILS(pt_rnn((pt_cell)kind, h, x, given, 4, &config, parts, &error), PT_ERROR_VALUE,
                   "h0: expected");
      const pt_tensor *swapped[] = {given[1], given[0], given[2], given[3]};
      STATUS_FAILS(pt_rnn((pt_cell)kind, x, h, swapped, 4, &config, parts, &error), PT_ERROR_VALUE,
                   "w_ih: expected");
    }
    /* With these weights the first step: tanh(3); ReLU(3); (1 - s) tanh(3); s tanh(s tanh(3)). */
    const double expected[] = {0.99505, 3, 0.04719, 0.70378};
    EXPECT_SHAPE(whole[0], BATCH, LENGTH, HIDDEN);
    EXPECT_SHAPE(whole[1], 1, BATCH, HIDDEN);
    EXPECT_SHAPE(parts[0], 6, HIDDEN);
    for (int i = 0; i < 2; i++) {
      pt_tensor *flat = MADE(pt_reshape(i ? parts[0] : whole[0], SIZES(-1), &error));
      EXPECT(pt_select(flat, 0, 0, &error), expected[kind]);
      pt_tensor_free(flat);
    }
    free_all(whole, results);
    free_all(parts, results);
    free_all(parameters, COUNT(parameters));
  }
  STATUS_FAILS(pt_rnn((pt_cell)9, x, h, NULL, 0, &config, padded, &error), PT_ERROR_VALUE, "9");

  const pt_tensor *lies[] = {INDICES(3, -1, 4), INDICES(2, 4), INDICES(4, 1),
                             INDICES(4, 3),     INDICES(6, 0), x};
  for (int i = 0; i < COUNT(lies); i++) {
    STATUS_FAILS(pt_pad_packed_sequence(packed[0], lies[i], true, 0, -1, padded, &error), PT_ERROR_VALUE,
                 "batch_sizes");
    STATUS_FAILS(pt_rnn_packed(PT_GRU, packed[0], lies[i], h, NULL, 0, &config, padded, &error),
                 PT_ERROR_VALUE, "batch_sizes");
    STATUS_FAILS(pt_lstm_packed(packed[0], lies[i], h, h, NULL, 0, &config, padded, &error), PT_ERROR_VALUE,
                 "batch_sizes");
    if (lies[i] != x) pt_tensor_free((pt_tensor *)lies[i]);
  }

  pt_tensor *a = VECTOR(1, 2), *b = VECTOR(3);
  EXPECT(pt_pad_sequence(TENSORS(a, b), true, -1, false, &error), 1, 2, 3, -1);
  EXPECT(pt_pad_sequence(TENSORS(a, b), false, -1, true, &error), 1, -1, 2, 3);
  pt_tensor *all[] = {x, h, lengths, packed[0], packed[1], a, b};
  free_all(all, COUNT(all));
}

static void operators(void) {
  const pt_operator *cumsum = found("aten::cumsum");
  CHECK(cumsum != NULL && pt_operator_find(TEXT("aten::cumsum"), &error) == cumsum);
  int64_t length;
  const char *schema = pt_operator_schema(cumsum, &length);
  CHECK(length > 12 && strncmp(schema, "aten::cumsum", 12) == 0);
  CHECK(pt_operator_arguments(cumsum) == 3 && pt_operator_results(cumsum) == 1);
  CHECK(pt_operator_argument_index(cumsum, TEXT("dim")) == 1);
  CHECK(pt_operator_argument_index(cumsum, TEXT("dims")) == -1);
  NULL_FAILS(pt_operator_find(TEXT("aten::no_such"), &error), PT_ERROR_VALUE, "no_such");
  NULL_FAILS(pt_operator_find(TEXT("aten::add.Nothing"), &error), PT_ERROR_VALUE, "Tensor");

  pt_tensor *x = VECTOR(3, 1, 2);
  const pt_value tensor = {.kind = PT_TENSOR, .payload.tensor = x};
  pt_value results[2];
  const pt_value sum[] = {tensor, integer(0), {.kind = PT_INT, .payload.integer = PT_FLOAT64}};
  DONE(pt_operator_call(cumsum, sum, 3, results, &error));
  CHECK(results[0].kind == PT_TENSOR);
  EXPECT((pt_tensor *)results[0].payload.tensor, 3, 4, 6);
  STATUS_FAILS(pt_operator_call(cumsum, sum, 1, results, &error), PT_ERROR_VALUE, "dim");
  const pt_value none[] = {{.kind = PT_NONE}, integer(0)};
  STATUS_FAILS(pt_operator_call(cumsum, none, 2, results, &error), PT_ERROR_TYPE, "self");

  const pt_operator *ones = found("aten::ones"); /* enumerators */
  pt_value made[] = {{.kind = PT_INT_LIST, .length = 1, .payload.integers = (const int64_t[]){1}},
                     {.kind = PT_INT, .payload.integer = 1000},
                     {.kind = PT_DEFAULT},
                     {.kind = PT_DEVICE, .payload.integer = PT_CPU, .length = -1}};
  STATUS_FAILS(pt_operator_call(ones, made, 4, results, &error), PT_ERROR_VALUE, "dtype");
  made[1].payload.integer = PT_INT64;
  made[2] = integer(-1);
  STATUS_FAILS(pt_operator_call(ones, made, 4, results, &error), PT_ERROR_VALUE, "layout");
  made[2] = integer(0);
  made[3].payload.integer = 99;
  STATUS_FAILS(pt_operator_call(ones, made, 4, results, &error), PT_ERROR_VALUE, "no device of type 99");
  made[3].payload.integer = PT_CPU;
  DONE(pt_operator_call(ones, made, 4, results, &error));
  EXPECT((pt_tensor *)results[0].payload.tensor, 1);

  const pt_operator *take = found("aten::embedding_bag"); /* what libtorch takes on trust */
  pt_tensor *rows = VECTOR(1, 2, 3);
  pt_tensor *table = MADE(pt_view(rows, SIZES(3, 1), &error));
  pt_tensor *places = INDICES(0, 2), *starts = INDICES(0, 3);
  const pt_value bags[] = {{.kind = PT_TENSOR, .payload.tensor = table},
                           {.kind = PT_TENSOR, .payload.tensor = places},
                           {.kind = PT_TENSOR, .payload.tensor = starts}};
  pt_value none_of_these[4];
  STATUS_FAILS(pt_operator_call(take, bags, 3, none_of_these, &error), PT_ERROR_INDEX, "got 3 at 1");
  pt_value far = integer(INT64_MAX), back = integer(-1);
  NULL_FAILS(pt_arange(&far, &back, &back, &INTEGERS, &error), PT_ERROR_VALUE, "arange: expected");
  pt_tensor *lookups[] = {rows, table, places, starts};
  free_all(lookups, COUNT(lookups));

  const pt_operator *sort = found("aten::sort"); /* two results, and defaults */
  const pt_value sorted[] = {tensor, {.kind = PT_DEFAULT}, truth(true)};
  DONE(pt_operator_call(sort, sorted, 3, results, &error));
  EXPECT((pt_tensor *)results[0].payload.tensor, 3, 2, 1);
  EXPECT((pt_tensor *)results[1].payload.tensor, 0, 2, 1);

  const pt_operator *split = found("aten::split.Tensor"); /* a list */
  const pt_value twos[] = {tensor, integer(2)};
  DONE(pt_operator_call(split, twos, 2, results, &error));
  CHECK(results[0].kind == PT_TENSOR_LIST && results[0].length == 2);
  EXPECT((pt_tensor *)results[0].payload.tensors[0], 3, 1);
  EXPECT((pt_tensor *)results[0].payload.tensors[1], 2);
  pt_value_free(&results[0]);

  const pt_operator *gelu = found("aten::gelu"); /* a string */
  const pt_value smooth[] = {tensor, {.kind = PT_STRING, .payload.string = "tanh", .length = 4}};
  DONE(pt_operator_call(gelu, smooth, 2, results, &error));
  EXPECT((pt_tensor *)results[0].payload.tensor, 2.99636, 0.84119, 1.95460);

  const pt_operator *equal = found("aten::equal"); /* a number */
  const pt_value both[] = {tensor, tensor};
  DONE(pt_operator_call(equal, both, 2, results, &error));
  CHECK(results[0].kind == PT_TRUTH && results[0].payload.integer == 1);
  pt_value_free(&results[0]); /* allowed, and nothing to do */
  pt_tensor_free(x);
}

static void generators(void) {
  pt_generator *a = pt_generator_new(PT_CPU, -1, &error), *b = pt_generator_new(PT_CPU, -1, &error);
  CHECK(a != NULL && b != NULL);
  uint64_t seed;
  DONE(pt_generator_seed_(a, 7, &error));
  DONE(pt_generator_initial_seed(a, &seed, &error));
  CHECK(seed == 7);
  pt_tensor *state = MADE(pt_generator_state(a, &error));
  DONE(pt_generator_set_state_(b, state, &error));
  const pt_operator *rand = found("aten::rand.generator");
  const int64_t three = 3;
  pt_value first, second;
  const pt_value from_a[] = {{.kind = PT_INT_LIST, .length = 1, .payload.integers = &three},
                             {.kind = PT_GENERATOR, .payload.generator = a}};
  const pt_value from_b[] = {from_a[0], {.kind = PT_GENERATOR, .payload.generator = b}};
  DONE(pt_operator_call(rand, from_a, 2, &first, &error));
  DONE(pt_operator_call(rand, from_b, 2, &second, &error));
  EXPECT(pt_sub(first.payload.tensor, second.payload.tensor, &error), 0, 0, 0);
  pt_tensor *wrong = VECTOR(1, 2);
  STATUS_FAILS(pt_generator_set_state_(b, wrong, &error), PT_ERROR_TYPE, "");
  CHECK(pt_generator_new(PT_CUDA, 0, &error) == NULL);
  pt_error_free(error);
  error = NULL;
  pt_generator *standard = pt_generator_default(PT_CPU, -1, &error);
  DONE(pt_manual_seed(5, &error));
  DONE(pt_generator_initial_seed(standard, &seed, &error));
  CHECK(seed == 5);
  pt_tensor *all[] = {state, wrong, (pt_tensor *)first.payload.tensor, (pt_tensor *)second.payload.tensor};
  free_all(all, COUNT(all));
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

/* 1: doubles the gradient. 2: fails. 3: leaves it. */
static uintptr_t hook(int64_t id, uintptr_t grad) {
  const pt_tensor *g = (const pt_tensor *)grad;
  hook_calls++;
  if (id == 2) return PT_HOOK_FAILED;
  return id == 1 ? (uintptr_t)pt_add(g, g, &error) : 0;
}

static void released(int64_t id) { hook_releases += (int)id; }

static void hooks(void) {
  pt_tensor *w = VECTOR(1, 2);
  int64_t position[3];
  STATUS_FAILS(pt_tensor_register_hook(w, hook, released, 1, position, &error), PT_ERROR_RUNTIME, "");
  DONE(pt_tensor_set_requires_grad_(w, true, &error));
  DONE(pt_tensor_register_hook(w, hook, released, 1, position, &error));
  DONE(pt_tensor_register_hook(w, hook, released, 3, position + 1, &error));
  pt_tensor *sum = MADE(pt_sum(w, NULL, 0, false, &error));
  DONE(pt_tensor_backward(sum, NULL, true, false, &error));
  CHECK(hook_calls == 2);
  EXPECT(pt_tensor_grad(w, &error), 2, 2);
  DONE(pt_tensor_register_hook(w, hook, released, 2, position + 2, &error));
  STATUS_FAILS(pt_tensor_backward(sum, NULL, true, false, &error), PT_ERROR_HOOK, "2");
  DONE(pt_tensor_remove_hook(w, position[2], &error));
  STATUS_FAILS(pt_tensor_remove_hook(w, -1, &error), PT_ERROR_VALUE, "-1");
  DONE(pt_tensor_backward(sum, NULL, false, false, &error));
  EXPECT(pt_tensor_grad(w, &error), 4, 4);
  pt_tensor_free(sum);
  pt_tensor_free(w);
  CHECK(hook_releases == 1 + 2 + 3);
}

static void modes(void) {
  const pt_autocast half = {.device_type = PT_CPU, .dtype = PT_BFLOAT16, .enabled = true};
  const pt_autocast wrong = {.device_type = PT_CPU, .dtype = PT_INT8, .enabled = true};
  pt_autocast before;
  STATUS_FAILS(pt_autocast_enter(&wrong, &before, &error), PT_ERROR_VALUE, "bfloat16");
  CHECK(!pt_autocast_enabled(PT_CPU));
  DONE(pt_autocast_enter(&half, &before, &error));
  CHECK(pt_autocast_enabled(PT_CPU) && !before.enabled);
  pt_tensor *x = MADE(pt_ones(SIZES(2, 2), &FLOATS, &error));
  pt_tensor *y = MADE(pt_matmul(x, x, &error));
  pt_tensor_info info;
  DONE(pt_tensor_describe(y, &info, &error));
  CHECK(info.dtype == PT_BFLOAT16);
  pt_autocast_leave(&before);
  CHECK(!pt_autocast_enabled(PT_CPU));
  pt_tensor_free(x);
  pt_tensor_free(y);

  CHECK(!pt_anomaly_mode());
  pt_set_anomaly_mode(true, true);
  CHECK(pt_anomaly_mode());
  const pt_options tracked = {
      .dtype = PT_FLOAT32, .device_type = PT_CPU, .device_index = -1, .requires_grad = true};
  pt_tensor *leaf = MADE(pt_zeros(SIZES(1), &tracked, &error));
  pt_tensor *root = MADE(pt_sqrt(leaf, &error));
  DONE(pt_tensor_note_call(root, TEXT("sqrt here"), &error));
  pt_tensor *product = MADE(pt_mul(root, leaf, &error));
  DONE(pt_tensor_note_call(product, TEXT("mul here"), &error));
  DONE(pt_tensor_note_call(leaf, TEXT("no operator"), &error));
  CHECK(pt_tensor_backward(product, NULL, false, false, &error) == PT_ERROR_RUNTIME);
  int64_t noted = 0;
  CHECK(memcmp(pt_error_call(error, &noted), "sqrt here", 9) == 0 && noted == 9);
  pt_error_free(error);
  error = NULL;

  DONE(pt_keep_warnings(&error));
  CHECK(*pt_warnings() == 0);
  for (int i = 0; i < 2; ++i) CHECK(pt_tensor_grad(root, &error) == NULL && error == NULL);
  CHECK(*pt_warnings() == 1);
  pt_value warning;
  DONE(pt_warning_take(&warning, &error));
  CHECK(warning.kind == PT_STRING && memcmp(warning.payload.string, "The .grad attribute", 19) == 0);
  pt_value_free(&warning);
  DONE(pt_warning_take(&warning, &error));
  CHECK(warning.kind == PT_NONE && *pt_warnings() == 0);
  pt_tensor_free(leaf);
  pt_tensor_free(root);
  pt_tensor_free(product);
  pt_set_anomaly_mode(false, true);
  CHECK(!pt_deterministic());
  pt_set_deterministic(true, false);
  CHECK(pt_deterministic());
  pt_set_deterministic(false, false);
  if (pt_set_flush_denormal(true)) CHECK(pt_set_flush_denormal(false));
}

/* Allocates here, frees there: the counters are sums over all threads. */
static void *free_elsewhere(void *tensor) {
  pt_tensor_free(tensor);
  return NULL;
}

static void kept_memory(void) {
  pt_memory kept;
  pt_tensor *x = MADE(pt_empty(SIZES(1000, 1000), &FLOATS, &error));
  DONE(pt_memory_keep(8 << 20, &error));
  pt_tensor_free(x);
  pt_memory_read(&kept);
  CHECK(kept.kept_bytes >= 4000000 && kept.kept_bytes <= 4500000);
  x = MADE(pt_empty(SIZES(1000, 1001), &FLOATS, &error)); /* nearly the same size: the same block */
  pt_memory_read(&kept);
  CHECK(kept.kept_bytes == 0);
  pt_tensor *y = MADE(pt_empty(SIZES(2000, 1000), &FLOATS, &error));
  pt_tensor_free(x);
  pt_tensor_free(y); /* together more than may be kept */
  pt_memory_read(&kept);
  CHECK(kept.kept_bytes >= 4000000 && kept.kept_bytes <= 8 << 20);
  pt_tensor_free(MADE(pt_empty(SIZES(10 << 20), &FLOATS, &error)));
  DONE(pt_memory_keep(0, &error));
  pt_memory_read(&kept);
  CHECK(kept.kept_bytes == 0);
  STATUS_FAILS(pt_memory_keep(-1, &error), PT_ERROR_VALUE, "bytes: expected at least 0");
}

static void memory(const pt_memory *before) {
  pt_memory now;
  pt_memory_read(&now);
  CHECK(now.live_tensors == before->live_tensors);
  pt_tensor *x = MADE(pt_zeros(SIZES(1000), &FLOATS, &error));
  const int64_t *allocated = pt_memory_allocated();
  const int64_t allocated_before = *allocated;
  pt_tensor_free(MADE(pt_empty(SIZES(1 << 20), &FLOATS, &error)));
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
  generators();
  hooks();
  exit_handlers();
  modes();
  memory(&before);
  CHECK(error == NULL);
  puts("the contract holds");
  return 0;
}
