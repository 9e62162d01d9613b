/* Calls the C interface from many threads at once, each call with modes of its own: tensors that one thread makes
 * and another frees, operators, errors, hooks and recurrent layers. It is meant to run under the sanitizers; without
 * them it checks that nothing crashes or leaks.
 *   stress [ROUNDS] */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "panama_torch.h"

enum { THREADS = 8, SLOTS = 16, ROUNDS = 60, FEATURES = 3, HIDDEN = 5 };

#define COUNT(array) ((int64_t)(sizeof(array) / sizeof *(array)))
#define LIST(type, ...) (type const[]){__VA_ARGS__}, COUNT(((type const[]){__VA_ARGS__}))
#define TEXT(literal) literal, (int64_t)strlen(literal)

#define TENSOR(x) ((pt_value){.kind = PT_TENSOR, .payload.tensor = (x)})
#define INT(i) ((pt_value){.kind = PT_INT, .payload.integer = (i)})
#define REAL(r) ((pt_value){.kind = PT_DOUBLE, .payload.real = (r)})
#define TRUTH(b) ((pt_value){.kind = PT_TRUTH, .payload.integer = (b)})
#define TENSOR_LIST(...) tensor_list(LIST(const pt_tensor *, __VA_ARGS__))
#define INT_LIST(...) int_list(LIST(int64_t, __VA_ARGS__))

/* The modes of calls. The first RECORDING ones record a graph. */
enum { ON = PT_MODE_ON, OFF = PT_MODE_OFF, RECORDING = 3 };
static const pt_modes GRAD = {.grad = ON}, NO_GRAD = {.grad = OFF}, INFERENCE = {.inference = ON};
static const pt_modes AUTOCAST = {.autocast_cpu = {ON, PT_BFLOAT16}};
static const pt_modes INFERENCE_AND_AUTOCAST = {.inference = ON, .autocast_cpu = {ON, PT_BFLOAT16}};
static const pt_modes *const MODES[] = {NULL,     &GRAD,      &AUTOCAST,
                                        &NO_GRAD, &INFERENCE, &INFERENCE_AND_AUTOCAST};

/* A tensor that all threads read, and the slots through which threads pass tensors to one another. */
static pt_tensor *shared;
static _Atomic(pt_tensor *) slots[SLOTS];

static atomic_int hooks_registered, hooks_released;

typedef struct worker {
  pthread_t thread;
  uint64_t random;
  int rounds;
  pt_call call;
} worker;

static pt_value tensor_list(const pt_tensor *const *tensors, int64_t count) {
  return (pt_value){.kind = PT_TENSOR_LIST, .payload.tensors = tensors, .length = count};
}

static pt_value int_list(const int64_t *integers, int64_t count) {
  return (pt_value){.kind = PT_INT_LIST, .payload.integers = integers, .length = count};
}

static void fail(int line, const char *what, const pt_error *error) {
  int64_t length = 0;
  const char *message = error == NULL ? "" : pt_error_message(error, &length);
  fprintf(stderr, "%s:%d: %s: %.*s\n", __FILE__, line, what, (int)length, message);
  exit(1);
}

static pt_tensor *made_at(int line, worker *w, pt_tensor *tensor) {
  if (tensor == NULL || w->call.error != NULL) fail(line, "expected a tensor", w->call.error);
  return tensor;
}
#define MADE(call) made_at(__LINE__, w, call)

static void done_at(int line, worker *w, pt_status status) {
  if (status != PT_OK || w->call.error != NULL) fail(line, "expected success", w->call.error);
}
#define DONE(call) done_at(__LINE__, w, call)

/* Checks that the previous call has failed, reads its error to the last byte, and frees it. */
static void failed_at(int line, worker *w, bool failed) {
  if (!failed || w->call.error == NULL) fail(line, "expected a failure", w->call.error);
  int64_t length = 0, long_length = 0;
  const char *message = pt_error_message(w->call.error, &length);
  const char *backtrace = pt_error_backtrace(w->call.error, &long_length);
  unsigned sum = pt_error_status(w->call.error);
  for (int64_t i = 0; i < length; i++) sum += (unsigned char)message[i];
  for (int64_t i = 0; i < long_length; i++) sum += (unsigned char)backtrace[i];
  if (sum == 0) fail(line, "an error without a message", NULL);
  pt_error_free(w->call.error);
  w->call.error = NULL;
}
#define FAILED(condition) failed_at(__LINE__, w, condition)

static int64_t below(worker *w, int64_t bound) {
  w->random = w->random * 6364136223846793005u + 1442695040888963407u;
  return (int64_t)((w->random >> 33) % (uint64_t)bound);
}

static void free_all(pt_tensor *const *tensors, int64_t count) {
  for (int64_t i = 0; i < count; i++) pt_tensor_free(tensors[i]);
}

static const pt_operator *found_at(int line, worker *w, const char *name) {
  const pt_operator *op = pt_operator_find(TEXT(name), &w->call);
  if (op == NULL || w->call.error != NULL) fail(line, name, w->call.error);
  return op;
}
#define FOUND(name) found_at(__LINE__, w, name)

/* Calls an operator and returns its result, which must be one tensor; NULL, and the error in the slot, on failure. */
static pt_tensor *by_name_at(int line, worker *w, const char *name, const pt_value *arguments,
                             int64_t count) {
  pt_value result;
  if (pt_operator_call(found_at(line, w, name), arguments, count, &result, &w->call) != PT_OK) return NULL;
  if (result.kind != PT_TENSOR) fail(line, "expected one tensor", NULL);
  return (pt_tensor *)result.payload.tensor;
}
#define BY_NAME(name, ...) by_name_at(__LINE__, w, name, LIST(pt_value, __VA_ARGS__))
#define NEW(...) MADE(BY_NAME(__VA_ARGS__))

/* Calls an operator with at most three results, all of them tensors; fills the rest of `results` with NULL. */
static pt_status several_at(int line, worker *w, const char *name, pt_tensor **results,
                            const pt_value *arguments, int64_t count) {
  pt_value values[3];
  const pt_operator *op = pt_operator_find(name, (int64_t)strlen(name), &w->call);
  if (op == NULL) fail(line, name, w->call.error);
  const pt_status status = pt_operator_call(op, arguments, count, values, &w->call);
  if (status != PT_OK) return status;
  for (int64_t i = 0; i < COUNT(values); i++)
    results[i] = i < pt_operator_results(op) ? (pt_tensor *)values[i].payload.tensor : NULL;
  return PT_OK;
}
#define SEVERAL(name, results, ...) several_at(__LINE__, w, name, results, LIST(pt_value, __VA_ARGS__))

static pt_tensor *weight(worker *w, pt_tensor *tensor) {
  DONE(pt_tensor_set_requires_grad_(tensor, true, &w->call));
  return tensor;
}

/* Puts a new tensor into a slot, and uses and frees the one that another thread has put there. */
static void hand_over(worker *w) {
  const int64_t rows = 1 + below(w, 8), columns = 1 + below(w, 8);
  pt_tensor *mine = NEW("aten::randn", INT_LIST(rows, columns));
  pt_tensor *theirs = atomic_exchange(&slots[below(w, SLOTS)], mine);
  if (theirs == NULL) return;
  pt_tensor *view = NEW("aten::transpose.int", TENSOR(theirs), INT(0), INT(1));
  pt_tensor *share = MADE(pt_tensor_share(view, &w->call));
  pt_tensor_free(theirs);
  pt_tensor_free(view);
  pt_tensor *sum = NEW("aten::sum", TENSOR(share));
  pt_value value;
  DONE(pt_tensor_item(sum, &value, &w->call));
  pt_tensor_free(share);
  pt_tensor_free(sum);
}

static void read_shared(worker *w) {
  pt_tensor *product = MADE(pt_matmul(shared, shared, &w->call));
  pt_tensor *masked = NEW("aten::gt.Scalar", TENSOR(product), REAL(0.5));
  pt_tensor *chosen = NEW("aten::where.self", TENSOR(masked), TENSOR(product), TENSOR(shared));
  pt_tensor_info info;
  DONE(pt_tensor_describe(chosen, &info, &w->call));
  float elements[64];
  DONE(pt_tensor_copy_out(chosen, elements, (int64_t)sizeof elements, &w->call));
  pt_tensor *const all[] = {product, masked, chosen};
  free_all(all, COUNT(all));
}

static void errors(worker *w) {
  pt_tensor *x = NEW("aten::ones", INT_LIST(2, 3));
  FAILED(pt_matmul(x, x, &w->call) == NULL);
  FAILED(BY_NAME("aten::select.int", TENSOR(x), INT(5), INT(0)) == NULL);
  FAILED(BY_NAME("aten::empty.memory_format", INT_LIST(-1)) == NULL);
  FAILED(BY_NAME("aten::empty.memory_format", INT_LIST(1ll << 58)) == NULL);
  FAILED(pt_tensor_backward(x, NULL, false, false, &w->call) != PT_OK);
  FAILED(pt_operator_find(TEXT("aten::no_such_thing"), &w->call) == NULL);
  FAILED(pt_operator_find(TEXT("aten::add.no_such_overload"), &w->call) == NULL);
  char out[4];
  FAILED(pt_tensor_copy_out(x, out, sizeof out, &w->call) != PT_OK);
  pt_tensor_free(x);
}

/* Calls operators whose results are a tensor, a list of tensors and a number. */
static void operators(worker *w) {
  const pt_operator *cumsum = FOUND("aten::cumsum");
  const pt_operator *split = FOUND("aten::split.Tensor");
  const pt_operator *size = FOUND("aten::size.int");
  const pt_value arguments[] = {TENSOR(shared), INT(1), {.kind = PT_DEFAULT}};
  pt_value result;
  DONE(pt_operator_call(cumsum, arguments, COUNT(arguments), &result, &w->call));
  pt_tensor_free((pt_tensor *)result.payload.tensor);
  DONE(pt_operator_call(split, arguments, 2, &result, &w->call));
  free_all((pt_tensor *const *)result.payload.tensors, result.length);
  pt_value_free(&result);
  DONE(pt_operator_call(size, arguments, 2, &result, &w->call));
  if (result.kind != PT_INT || result.payload.integer != 8) fail(__LINE__, "wrong size", NULL);
  FAILED(pt_operator_call(cumsum, arguments, 1, &result, &w->call) != PT_OK);
  FAILED(pt_operator_call(cumsum, arguments + 1, 2, &result, &w->call) != PT_OK);
  FAILED(pt_operator_call(cumsum, arguments, 99, &result, &w->call) != PT_OK);
}

/* Leaves the gradient unchanged for id 0, doubles it for 1, and fails for 2. */
static uintptr_t hook(int64_t id, uintptr_t grad) {
  pt_call inner = {.modes = &GRAD};
  const pt_tensor *g = (const pt_tensor *)grad;
  if (id == 2) return PT_HOOK_FAILED;
  return id == 0 ? 0 : (uintptr_t)pt_add(g, g, &inner);
}

static void released(int64_t id) {
  (void)id;
  atomic_fetch_add(&hooks_released, 1);
}

static void hooks(worker *w) {
  pt_tensor *x = weight(w, NEW("aten::randn", INT_LIST(4)));
  pt_tensor *y = MADE(pt_mul(x, x, &w->call));
  pt_tensor *sum = NEW("aten::sum", TENSOR(y));
  int64_t position[3];
  for (int64_t id = 0; id < 3; id++) {
    DONE(pt_tensor_register_hook(y, hook, released, id, position + id, &w->call));
    atomic_fetch_add(&hooks_registered, 1);
  }
  FAILED(pt_tensor_backward(sum, NULL, true, false, &w->call) == PT_ERROR_HOOK);
  DONE(pt_tensor_remove_hook(y, position[2], &w->call));
  DONE(pt_tensor_backward(sum, NULL, false, false, &w->call));
  pt_tensor *const all[] = {x, y, sum, MADE(pt_tensor_grad(x, &w->call))};
  free_all(all, COUNT(all));
}

/* Runs an LSTM on padded input, with its backward pass, and then on packed input in inference mode. */
static void recurrent(worker *w) {
  const int64_t batch = 1 + below(w, 3), length = 1 + below(w, 4);
  pt_tensor *const weights[] = {weight(w, NEW("aten::randn", INT_LIST(4 * HIDDEN, FEATURES))),
                                weight(w, NEW("aten::randn", INT_LIST(4 * HIDDEN, HIDDEN))),
                                weight(w, NEW("aten::zeros", INT_LIST(4 * HIDDEN))),
                                weight(w, NEW("aten::zeros", INT_LIST(4 * HIDDEN)))};
  pt_tensor *x = NEW("aten::randn", INT_LIST(length, batch, FEATURES));
  pt_tensor *state = NEW("aten::zeros", INT_LIST(1, batch, HIDDEN));
  pt_tensor *lstm[3];
  /* has_biases, num_layers, dropout, train, bidirectional; batch_first follows for padded input. */
#define OPTIONS TRUTH(true), INT(1), REAL(0), TRUTH(true), TRUTH(false)
  const pt_value states = TENSOR_LIST(state, state),
                 parameters = tensor_list((const pt_tensor *const *)weights, COUNT(weights));
  DONE(SEVERAL("aten::lstm.input", lstm, TENSOR(x), states, parameters, OPTIONS, TRUTH(false)));
  pt_tensor *loss = NEW("aten::sum", TENSOR(lstm[0]));
  DONE(pt_tensor_backward(loss, NULL, false, false, &w->call));
  pt_tensor_free(MADE(pt_tensor_grad(weights[1], &w->call)));
  pt_tensor_free(loss);
  free_all(lstm, COUNT(lstm));

  w->call.modes = &INFERENCE;
  pt_tensor *lengths = NEW("aten::full", INT_LIST(batch), INT(length), INT(PT_INT64));
  pt_tensor *packed[3];
  DONE(SEVERAL("aten::_pack_padded_sequence", packed, TENSOR(x), TENSOR(lengths), TRUTH(false)));
  DONE(SEVERAL("aten::lstm.data", lstm, TENSOR(packed[0]), TENSOR(packed[1]), states, parameters, OPTIONS));
  FAILED(SEVERAL("aten::lstm.data", lstm, TENSOR(packed[0]), TENSOR(packed[1]), TENSOR_LIST(state, x),
                 parameters, OPTIONS) != PT_OK);
#undef OPTIONS
  free_all(packed, COUNT(packed));
  free_all(lstm, COUNT(lstm));
  free_all(weights, COUNT(weights));
  pt_tensor *const rest[] = {x, state, lengths};
  free_all(rest, COUNT(rest));
}

static void generators(worker *w) {
  pt_generator *generator = pt_generator_new(PT_CPU, -1, &w->call);
  if (generator == NULL) fail(__LINE__, "expected a generator", w->call.error);
  DONE(pt_generator_seed_(generator, (uint64_t)below(w, 1000), &w->call));
  pt_tensor *state = MADE(pt_generator_state(generator, &w->call));
  DONE(pt_generator_set_state_(generator, state, &w->call));
  FAILED(pt_generator_set_state_(generator, shared, &w->call) != PT_OK);
  pt_tensor_free(state);
  pt_generator_free(generator);
}

/* Clears the autocast cache while other threads may be using it. */
static void autocast(worker *w) {
  pt_tensor *x = weight(w, NEW("aten::ones", INT_LIST(8, 8)));
  w->call.modes = &AUTOCAST;
  pt_tensor *product = MADE(pt_matmul(x, shared, &w->call)), *again = MADE(pt_matmul(x, shared, &w->call));
  DONE(pt_autocast_clear_cache(&w->call));
  pt_tensor *loss = NEW("aten::sum", TENSOR(again));
  DONE(pt_tensor_backward(loss, NULL, false, false, &w->call));
  pt_tensor *const all[] = {x, product, again, loss, MADE(pt_tensor_grad(x, &w->call))};
  free_all(all, COUNT(all));
}

/* Checks that the modes of a call alone determine its results, whatever other threads do. */
static void modes(worker *w) {
  const pt_modes *given = w->call.modes, none = {0}, *said = given == NULL ? &none : given;
  w->call.modes = NULL;
  pt_tensor *x = weight(w, NEW("aten::ones", INT_LIST(2, 2)));
  w->call.modes = given;
  pt_tensor *product = MADE(pt_matmul(x, x, &w->call)), *sum = NEW("aten::add.Tensor", TENSOR(x), INT(1));
  FAILED(pt_matmul(x, shared, &w->call) == NULL);
  pt_modes read;
  pt_tensor_info of_product, of_sum;
  DONE(pt_modes_read(&read, &w->call));
  DONE(pt_tensor_describe(product, &of_product, &w->call));
  DONE(pt_tensor_describe(sum, &of_sum, &w->call));
  const bool records = said->grad != OFF && said->inference != ON, casts = said->autocast_cpu.mode == ON;
  if ((read.grad == ON) != records || (read.inference == ON) != (said->inference == ON) ||
      (read.autocast_cpu.mode == ON) != casts)
    fail(__LINE__, "the modes differ from those of the call", NULL);
  if (of_product.requires_grad != records || of_sum.requires_grad != records ||
      of_product.dtype != (casts ? PT_BFLOAT16 : PT_FLOAT32))
    fail(__LINE__, "the results do not match the modes of the call", NULL);
  static const pt_modes WRONG = {.grad = 9, .inference = ON, .autocast_cpu = {ON, PT_BFLOAT16}};
  w->call.modes = &WRONG;
  FAILED(pt_tensor_share(x, &w->call) == NULL);
  pt_tensor *const all[] = {x, product, sum};
  free_all(all, COUNT(all));
}

static void *work(void *argument) {
  static const struct {
    void (*run)(worker *);
    bool records;
  } actions[] = {{hand_over, false}, {read_shared, false}, {errors, false},
                 {operators, false}, {hooks, true},        {recurrent, true},
                 {autocast, true},   {generators, false},  {modes, false}};
  worker *w = argument;
  for (int i = 0; i < w->rounds; i++) {
    const int64_t action = below(w, COUNT(actions));
    w->call.modes = MODES[below(w, actions[action].records ? RECORDING : COUNT(MODES))];
    actions[action].run(w);
    pt_memory now;
    pt_memory_read(&now);
    pt_modes left;
    w->call.modes = NULL;
    DONE(pt_modes_read(&left, &w->call));
    if (left.grad != ON || left.inference != OFF || left.autocast_cpu.mode != OFF ||
        left.autocast_cuda.mode != OFF)
      fail(__LINE__, "the modes of the thread were not restored after a call", NULL);
  }
  return NULL;
}

int main(int argc, char **argv) {
  const int rounds = argc > 1 ? atoi(argv[1]) : ROUNDS;
  worker main_thread = {.random = 1}, *w = &main_thread;
  pt_memory before, after;
  pt_memory_read(&before);
  shared = NEW("aten::rand", INT_LIST(8, 8));
  /* Two generations of threads: the second uses the tensors that the first has left in the slots. */
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
  DONE(pt_autocast_clear_cache(&w->call));
  pt_memory_read(&after);
  if (after.live_tensors != before.live_tensors || hooks_released != hooks_registered) {
    fprintf(stderr, "left behind: %lld tensors, %d hooks\n",
            (long long)(after.live_tensors - before.live_tensors), hooks_registered - hooks_released);
    return 1;
  }
  printf("%d threads, %d rounds each: nothing is left\n", 2 * THREADS, rounds);
  return 0;
}
