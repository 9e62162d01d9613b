/* Calls the contract from many threads at once: tensors that one thread makes and another frees, operators,
 * errors, hooks, recurrent layers. Made for the sanitizers; by itself it shows that nothing crashes or leaks.
 *   stress [ROUNDS] */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "panama_torch.h"

enum { THREADS = 8, SLOTS = 16, ROUNDS = 60, FEATURES = 3, HIDDEN = 5 };

#define COUNT(array) ((int64_t)(sizeof(array) / sizeof *(array)))
#define SIZES(...) (const int64_t[]){__VA_ARGS__}, COUNT(((const int64_t[]){__VA_ARGS__}))
#define TEXT(literal) literal, (int64_t)strlen(literal)

static const pt_options FLOATS = {.dtype = PT_FLOAT32, .device_type = PT_CPU, .device_index = -1};
static const pt_options WEIGHTS = {
    .dtype = PT_FLOAT32, .device_type = PT_CPU, .device_index = -1, .requires_grad = true};
static const pt_options INTEGERS = {.dtype = PT_INT64, .device_type = PT_CPU, .device_index = -1};

/* A tensor that all threads read, and those that threads exchange. */
static pt_tensor *shared;
static _Atomic(pt_tensor *) slots[SLOTS];

static atomic_int hooks_registered, hooks_released;

typedef struct worker {
  pthread_t thread;
  uint64_t random;
  int rounds;
  pt_error *error;
} worker;

static void fail(int line, const char *what, const pt_error *error) {
  int64_t length = 0;
  const char *message = error == NULL ? "" : pt_error_message(error, &length);
  fprintf(stderr, "%s:%d: %s: %.*s\n", __FILE__, line, what, (int)length, message);
  exit(1);
}

static pt_tensor *made_at(int line, worker *w, pt_tensor *tensor) {
  if (tensor == NULL || w->error != NULL) fail(line, "expected a tensor", w->error);
  return tensor;
}
#define MADE(call) made_at(__LINE__, w, call)

static void done_at(int line, worker *w, pt_status status) {
  if (status != PT_OK || w->error != NULL) fail(line, "expected success", w->error);
}
#define DONE(call) done_at(__LINE__, w, call)

/* Checks that the last call has failed, reads its error to the last byte and frees it. */
static void failed_at(int line, worker *w, bool failed) {
  if (!failed || w->error == NULL) fail(line, "expected a failure", w->error);
  int64_t length = 0, long_length = 0;
  const char *message = pt_error_message(w->error, &length);
  const char *backtrace = pt_error_backtrace(w->error, &long_length);
  unsigned sum = pt_error_status(w->error);
  for (int64_t i = 0; i < length; i++) sum += (unsigned char)message[i];
  for (int64_t i = 0; i < long_length; i++) sum += (unsigned char)backtrace[i];
  if (sum == 0) fail(line, "an error without a word", NULL);
  pt_error_free(w->error);
  w->error = NULL;
}
#define FAILED(condition) failed_at(__LINE__, w, condition)

static int64_t below(worker *w, int64_t bound) {
  w->random = w->random * 6364136223846793005u + 1442695040888963407u;
  return (int64_t)((w->random >> 33) % (uint64_t)bound);
}

static void free_all(pt_tensor *const *tensors, int64_t count) {
  for (int64_t i = 0; i < count; i++) pt_tensor_free(tensors[i]);
}

/* Frees a tensor that another thread has made, and leaves one for another thread. */
static void hand_over(worker *w) {
  pt_tensor *mine = MADE(pt_randn(SIZES(1 + below(w, 8), 1 + below(w, 8)), &FLOATS, &w->error));
  pt_tensor *theirs = atomic_exchange(&slots[below(w, SLOTS)], mine);
  if (theirs == NULL) return;
  pt_tensor *view = MADE(pt_transpose(theirs, 0, 1, &w->error));
  pt_tensor *share = MADE(pt_tensor_share(view, &w->error));
  pt_tensor_free(theirs);
  pt_tensor_free(view);
  pt_tensor *sum = MADE(pt_sum(share, NULL, 0, false, &w->error));
  pt_value value;
  DONE(pt_tensor_item(sum, &value, &w->error));
  pt_tensor_free(share);
  pt_tensor_free(sum);
}

static void read_shared(worker *w) {
  pt_tensor *product = MADE(pt_matmul(shared, shared, &w->error));
  pt_tensor *masked =
      MADE(pt_gt_scalar(product, &(const pt_value){.kind = PT_DOUBLE, .payload.real = 0.5}, &w->error));
  pt_tensor *chosen = MADE(pt_where(masked, product, shared, &w->error));
  pt_tensor_info info;
  DONE(pt_tensor_describe(chosen, &info, &w->error));
  float elements[64];
  DONE(pt_tensor_copy_out(chosen, elements, (int64_t)sizeof elements, &w->error));
  pt_tensor *const all[] = {product, masked, chosen};
  free_all(all, COUNT(all));
}

static void errors(worker *w) {
  pt_tensor *x = MADE(pt_ones(SIZES(2, 3), &FLOATS, &w->error));
  FAILED(pt_matmul(x, x, &w->error) == NULL);
  FAILED(pt_select(x, 5, 0, &w->error) == NULL);
  FAILED(pt_empty(SIZES(-1), &FLOATS, &w->error) == NULL);
  FAILED(pt_empty(SIZES(1ll << 58), &FLOATS, &w->error) == NULL);
  FAILED(pt_tensor_backward(x, NULL, false, false, &w->error) != PT_OK);
  FAILED(pt_operator_find(TEXT("aten::no_such_thing"), &w->error) == NULL);
  FAILED(pt_operator_find(TEXT("aten::add.no_such_overload"), &w->error) == NULL);
  char out[4];
  FAILED(pt_tensor_copy_out(x, out, sizeof out, &w->error) != PT_OK);
  pt_tensor_free(x);
}

/* Results of every kind: a tensor, a list of tensors, a number. */
static void operators(worker *w) {
  const pt_operator *cumsum = pt_operator_find(TEXT("aten::cumsum"), &w->error);
  const pt_operator *split = pt_operator_find(TEXT("aten::split.Tensor"), &w->error);
  const pt_operator *size = pt_operator_find(TEXT("aten::size.int"), &w->error);
  if (cumsum == NULL || split == NULL || size == NULL) fail(__LINE__, "no operator", w->error);
  const pt_value arguments[] = {{.kind = PT_TENSOR, .payload.tensor = shared},
                                {.kind = PT_INT, .payload.integer = 1},
                                {.kind = PT_DEFAULT}};
  pt_value result;
  DONE(pt_operator_call(cumsum, arguments, COUNT(arguments), &result, &w->error));
  pt_tensor_free((pt_tensor *)result.payload.tensor);
  DONE(pt_operator_call(split, arguments, 2, &result, &w->error));
  free_all((pt_tensor *const *)result.payload.tensors, result.length);
  pt_value_free(&result);
  DONE(pt_operator_call(size, arguments, 2, &result, &w->error));
  if (result.kind != PT_INT || result.payload.integer != 8) fail(__LINE__, "another size", NULL);
  FAILED(pt_operator_call(cumsum, arguments, 1, &result, &w->error) != PT_OK);
  FAILED(pt_operator_call(cumsum, arguments + 1, 2, &result, &w->error) != PT_OK);
  FAILED(pt_operator_call(cumsum, arguments, 99, &result, &w->error) != PT_OK);
}

/* Hook 0 keeps the gradient, 1 replaces it, 2 fails. */
static uintptr_t hook(int64_t id, uintptr_t grad) {
  pt_error *error = NULL;
  const pt_tensor *g = (const pt_tensor *)grad;
  if (id == 2) return PT_HOOK_FAILED;
  return id == 0 ? 0 : (uintptr_t)pt_add(g, g, &error);
}

static void released(int64_t id) {
  (void)id;
  atomic_fetch_add(&hooks_released, 1);
}

static void hooks(worker *w) {
  pt_tensor *x = MADE(pt_randn(SIZES(4), &WEIGHTS, &w->error));
  pt_tensor *y = MADE(pt_mul(x, x, &w->error));
  pt_tensor *sum = MADE(pt_sum(y, NULL, 0, false, &w->error));
  int64_t position[3];
  for (int64_t id = 0; id < 3; id++) {
    DONE(pt_tensor_register_hook(y, hook, released, id, position + id, &w->error));
    atomic_fetch_add(&hooks_registered, 1);
  }
  FAILED(pt_tensor_backward(sum, NULL, true, false, &w->error) == PT_ERROR_HOOK);
  DONE(pt_tensor_remove_hook(y, position[2], &w->error));
  DONE(pt_tensor_backward(sum, NULL, false, false, &w->error));
  pt_tensor *const all[] = {x, y, sum, MADE(pt_tensor_grad(x, &w->error))};
  free_all(all, COUNT(all));
}

/* An LSTM, padded with its backward pass, then packed in inference mode. */
static void recurrent(worker *w) {
  const int64_t batch = 1 + below(w, 3), length = 1 + below(w, 4);
  const pt_recurrent config = {.num_layers = 1, .has_biases = true, .training = true};
  pt_tensor *const weights[] = {MADE(pt_randn(SIZES(4 * HIDDEN, FEATURES), &WEIGHTS, &w->error)),
                                MADE(pt_randn(SIZES(4 * HIDDEN, HIDDEN), &WEIGHTS, &w->error)),
                                MADE(pt_zeros(SIZES(4 * HIDDEN), &WEIGHTS, &w->error)),
                                MADE(pt_zeros(SIZES(4 * HIDDEN), &WEIGHTS, &w->error))};
  pt_tensor *x = MADE(pt_randn(SIZES(length, batch, FEATURES), &FLOATS, &w->error));
  pt_tensor *state = MADE(pt_zeros(SIZES(1, batch, HIDDEN), &FLOATS, &w->error));
  pt_tensor *lstm[3];
  DONE(pt_lstm(x, state, state, (const pt_tensor *const *)weights, COUNT(weights), &config, lstm, &w->error));
  pt_tensor *loss = MADE(pt_mean(lstm[0], NULL, 0, false, &w->error));
  DONE(pt_tensor_backward(loss, NULL, false, false, &w->error));
  pt_tensor_free(MADE(pt_tensor_grad(weights[1], &w->error)));
  pt_tensor_free(loss);
  free_all(lstm, COUNT(lstm));

  pt_inference_mode *mode = pt_inference_mode_enter(&w->error);
  pt_tensor *lengths = MADE(pt_full(
      SIZES(batch), &(const pt_value){.kind = PT_INT, .payload.integer = length}, &INTEGERS, &w->error));
  pt_tensor *packed[2];
  DONE(pt_pack_padded_sequence(x, lengths, false, packed, &w->error));
  DONE(pt_lstm_packed(packed[0], packed[1], state, state, (const pt_tensor *const *)weights, COUNT(weights),
                      &config, lstm, &w->error));
  FAILED(pt_lstm_packed(packed[0], packed[1], state, x, (const pt_tensor *const *)weights, COUNT(weights),
                        &config, lstm, &w->error) != PT_OK);
  pt_inference_mode_leave(mode);
  free_all(packed, COUNT(packed));
  free_all(lstm, COUNT(lstm));
  free_all(weights, COUNT(weights));
  pt_tensor *const rest[] = {x, state, lengths};
  free_all(rest, COUNT(rest));
}

static void generators(worker *w) {
  pt_generator *generator = pt_generator_new(PT_CPU, -1, &w->error);
  if (generator == NULL) fail(__LINE__, "expected a generator", w->error);
  DONE(pt_generator_seed_(generator, (uint64_t)below(w, 1000), &w->error));
  pt_tensor *state = MADE(pt_generator_state(generator, &w->error));
  DONE(pt_generator_set_state_(generator, state, &w->error));
  FAILED(pt_generator_set_state_(generator, shared, &w->error) != PT_OK);
  pt_tensor_free(state);
  pt_generator_free(generator);
}

static void *work(void *argument) {
  static void (*const actions[])(worker *) = {hand_over, read_shared, errors,    operators,
                                              hooks,     recurrent,   generators};
  worker *w = argument;
  for (int i = 0; i < w->rounds; i++) {
    actions[below(w, COUNT(actions))](w);
    pt_memory now;
    pt_memory_read(&now);
  }
  return NULL;
}

int main(int argc, char **argv) {
  const int rounds = argc > 1 ? atoi(argv[1]) : ROUNDS;
  worker main_thread = {.random = 1}, *w = &main_thread;
  pt_memory before, after;
  pt_memory_read(&before);
  shared = MADE(pt_rand(SIZES(8, 8), &FLOATS, &w->error));
  /* Two generations: the second one uses the tensors that the first one has left. */
  for (int generation = 0; generation < 2; generation++) {
    worker workers[THREADS];
    for (int i = 0; i < THREADS; i++) {
      workers[i] = (worker){.random = (uint64_t)(generation * THREADS + i + 1), .rounds = rounds};
      if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0) fail(__LINE__, "no thread", NULL);
    }
    for (int i = 0; i < THREADS; i++) pthread_join(workers[i].thread, NULL);
  }
  for (int i = 0; i < SLOTS; i++) pt_tensor_free(slots[i]);
  pt_tensor_free(shared);
  pt_memory_read(&after);
  if (after.live_tensors != before.live_tensors || hooks_released != hooks_registered) {
    fprintf(stderr, "left behind: %lld tensors, %d hooks\n",
            (long long)(after.live_tensors - before.live_tensors), hooks_registered - hooks_released);
    return 1;
  }
  printf("%d threads, %d rounds each: nothing is left\n", 2 * THREADS, rounds);
  return 0;
}
