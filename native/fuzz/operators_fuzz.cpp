// Fuzzes the entry points that parse their input: names of operators, arguments against schemas, and the modes of
// calls. Every input must result in a value or an error, and the modes of the thread must not change.
//
// Kernels are not tested, since many of them do not validate their arguments. For arbitrary operators the last
// argument is therefore of a kind that no schema accepts: all arguments are converted, and no kernel is called. A few
// operators that validate their arguments are called.
#include <ATen/core/dispatch/Dispatcher.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "panama_torch.h"

namespace {

size_t to_size(int64_t number) { return static_cast<size_t>(number); }

[[noreturn]] void fail(const char *what) {
  std::fprintf(stderr, "operators_fuzz: %s\n", what);
  std::abort();
}

/// Reads the bytes of one input from the front; zeros after its end.
class Input {
 public:
  Input(const uint8_t *data, size_t size) : data_(data), size_(size) {}

  uint8_t byte() {
    if (size_ == 0) return 0;
    --size_;
    return *data_++;
  }
  int64_t below(int64_t bound) { return (byte() << 8 | byte()) % bound; }

  /// Returns an integer: usually a small one, so that little memory is allocated, otherwise an extreme one.
  int64_t integer() {
    static constexpr int64_t extreme[] = {INT64_MIN, INT64_MAX, INT32_MIN, INT32_MAX, int64_t{1} << 60};
    uint8_t kind = byte();
    return kind < 240 ? kind % 24 - 8 : extreme[kind % std::size(extreme)];
  }
  double real() {
    uint64_t bits = 0;
    for (int i = 0; i < 8; ++i) bits = bits << 8 | byte();
    double value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
  }
  std::string text() {
    std::string result;
    for (int64_t n = byte() % 48; n > 0; --n) result.push_back(static_cast<char>(byte()));
    return result;
  }

 private:
  const uint8_t *data_;
  size_t size_;
};

/// Checks that an error has a status and a message, reads the message to its end, and frees the error.
void end(pt_error *error) {
  if (error == nullptr) fail("failed without an error");
  int64_t length = 0, long_length = 0;
  const char *text = pt_error_message(error, &length);
  std::string message(text, to_size(length));
  text = pt_error_backtrace(error, &long_length);
  message.append(text, to_size(long_length));
  if (pt_error_status(error) == PT_OK || message.empty()) fail("an error without a status or a message");
  pt_error_free(error);
}

const std::vector<std::string> &names() {
  static const auto &all = *new std::vector<std::string>([] {
    std::vector<std::string> found;
    for (const c10::OperatorName &name : c10::Dispatcher::singleton().getAllOpNames())
      found.push_back(toString(name));
    return found;
  }());
  return all;
}

pt_tensor *make(const void *data, int64_t bytes, const std::vector<int64_t> &sizes,
                const pt_options &options) {
  pt_call call{};
  pt_tensor *made =
      pt_from_data(data, bytes, sizes.data(), static_cast<int64_t>(sizes.size()), &options, &call);
  if (made == nullptr) fail("a tensor cannot be made");
  return made;
}

/// Returns one of three small tensors that all inputs share: numbers, indices, and a parameter.
pt_tensor *tensor(int64_t which) {
  static const float ones[] = {1, 1, 1, 1, 1, 1};
  static const int64_t zeros[] = {0, 0, 0};
  static pt_tensor *const all[] = {make(ones, sizeof ones, {2, 3}, {PT_FLOAT32, PT_CPU, -1, false}),
                                   make(zeros, sizeof zeros, {3}, {PT_INT64, PT_CPU, -1, false}),
                                   make(ones, sizeof ones, {2, 3}, {PT_FLOAT32, PT_CPU, -1, true})};
  return all[which % static_cast<int64_t>(std::size(all))];
}

/// Returns the modes that a call without modes runs in.
pt_modes modes_of_thread() {
  pt_modes modes{};
  pt_call call{};
  if (pt_modes_read(&modes, &call) != PT_OK) fail("the modes of a thread cannot be read");
  return modes;
}

/// Checks that the modes of the thread have not changed since the start.
void expect_modes_of_start() {
  static const pt_modes start = modes_of_thread();
  const pt_modes now = modes_of_thread();
  if (std::memcmp(&now, &start, sizeof now) != 0)
    fail("the modes of the thread were not restored after a call");
}

/// The modes for the next call: often none, sometimes invalid ones.
class Modes {
 public:
  explicit Modes(Input &input) : given_(input.byte() % 2 == 0) {
    if (!given_) return;
    modes_ = {mode(input), mode(input), autocast(input), autocast(input)};
  }

  const pt_modes *get() const { return given_ ? &modes_ : nullptr; }

 private:
  static int32_t mode(Input &input) {
    const uint8_t kind = input.byte();
    return kind < 240 ? kind % (PT_MODE_ON + 1) : static_cast<int32_t>(input.integer());
  }
  static pt_autocast autocast(Input &input) {
    const int32_t on = mode(input);
    const uint8_t kind = input.byte();
    if (kind >= 240) return {on, static_cast<int32_t>(input.integer())};
    return {on, kind % 2 == 0 ? PT_BFLOAT16 : PT_FLOAT16};
  }

  bool given_;
  pt_modes modes_{};
};

/// Arguments of any kind, and the memory that they point to.
class Arguments {
 public:
  explicit Arguments(Input &input) : input_(input) {}

  pt_value next() {
    pt_value value{};
    value.kind = input_.byte() % (PT_GENERATOR + 3);
    switch (value.kind) {
      case PT_TENSOR:
        value.payload.tensor = input_.byte() % 8 == 0 ? nullptr : tensor(input_.byte());
        break;
      case PT_INT:
        value.payload.integer = input_.integer();
        break;
      case PT_TRUTH:
        value.payload.integer = input_.byte() % 2;
        break;
      case PT_DOUBLE:
        value.payload.real = input_.real();
        break;
      case PT_DEVICE:
        value.payload.integer = input_.integer();
        value.length = input_.integer();
        break;
      case PT_STRING:
        texts_.push_back(input_.text());
        value.payload.string = texts_.back().data();
        value.length = static_cast<int64_t>(texts_.back().size());
        break;
      case PT_TENSOR_LIST: {
        auto &list = tensors_.emplace_back();
        for (int64_t n = input_.byte() % 4; n > 0; --n)
          list.push_back(input_.byte() % 4 == 0 ? nullptr : tensor(input_.byte()));
        value.payload.tensors = list.data();
        value.length = static_cast<int64_t>(list.size());
        break;
      }
      case PT_INT_LIST:
      case PT_TRUTH_LIST: {
        auto &list = integers_.emplace_back();
        for (int64_t n = input_.byte() % 5; n > 0; --n) list.push_back(input_.integer());
        value.payload.integers = list.data();
        value.length = static_cast<int64_t>(list.size());
        break;
      }
      case PT_DOUBLE_LIST: {
        auto &list = reals_.emplace_back();
        for (int64_t n = input_.byte() % 4; n > 0; --n) list.push_back(input_.real());
        value.payload.reals = list.data();
        value.length = static_cast<int64_t>(list.size());
        break;
      }
      default:
        break;  // none, default, an absent generator, and invalid kinds
    }
    return value;
  }

 private:
  Input &input_;
  std::deque<std::string> texts_;
  std::deque<std::vector<const pt_tensor *>> tensors_;
  std::deque<std::vector<int64_t>> integers_;
  std::deque<std::vector<double>> reals_;
};

void free_result(const pt_value &value) {
  if (value.kind == PT_TENSOR) pt_tensor_free(const_cast<pt_tensor *>(value.payload.tensor));
  if (value.kind == PT_TENSOR_LIST) {
    for (int64_t i = 0; i < value.length; ++i)
      pt_tensor_free(const_cast<pt_tensor *>(value.payload.tensors[i]));
  }
  pt_value_free(&value);
}

/// Calls an operator with arguments of any kind. Unless `for_real`, the last one is of an invalid kind.
void call(const pt_operator *op, Input &input, bool for_real) {
  Arguments arguments(input);
  std::vector<pt_value> values;
  int64_t count = pt_operator_arguments(op);
  if (for_real) count += input.byte() % 3 - 1;
  for (int64_t i = 0; i < count; ++i) values.push_back(arguments.next());
  if (!for_real) {
    if (values.empty()) return;
    values.back().kind = -1;
  }
  std::vector<pt_value> results(to_size(pt_operator_results(op)));
  const Modes modes(input);
  pt_call with{modes.get(), nullptr};
  if (pt_operator_call(op, values.data(), count, results.data(), &with) != PT_OK) return end(with.error);
  if (!for_real) fail("a call with an argument of an invalid kind succeeded");
  for (const pt_value &result : results) free_result(result);
}

void find(const std::string &name, Input &input) {
  const Modes modes(input);
  pt_call with{modes.get(), nullptr};
  const pt_operator *op = pt_operator_find(name.data(), static_cast<int64_t>(name.size()), &with);
  if (op == nullptr) return end(with.error);
  int64_t length = 0;
  const char *text = pt_operator_schema(op, &length);
  std::string_view schema(text, to_size(length));
  if (schema.empty()) fail("an operator without a schema");
  std::string argument = input.text();
  int64_t index = pt_operator_argument_index(op, argument.data(), static_cast<int64_t>(argument.size()));
  if (index < -1 || index >= pt_operator_arguments(op)) fail("the index of an argument is out of range");
  call(op, input, /*for_real=*/false);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  // Together they take each type of argument: lists, optionals, numbers, strings, dtypes, devices, layouts, generators.
  static const char *const checked[] = {"aten::cumsum",
                                        "aten::add.Tensor",
                                        "aten::split_with_sizes",
                                        "aten::clamp",
                                        "aten::einsum",
                                        "aten::ones",
                                        "aten::rand.generator",
                                        "aten::cat",
                                        "aten::sum.dim_IntList",
                                        "aten::roll",
                                        "aten::where.ScalarSelf",
                                        "aten::to.device",
                                        "aten::stack",
                                        "aten::movedim.intlist",
                                        "aten::div.Tensor_mode"};
  expect_modes_of_start();
  Input input(data, size);
  switch (input.byte() % 4) {
    case 0:
      find(std::string(reinterpret_cast<const char *>(data), size), input);
      break;
    case 1:
      find("aten::" + input.text(), input);
      break;
    case 2:
      find(names()[to_size(input.below(static_cast<int64_t>(names().size())))], input);
      break;
    default: {
      const char *name = checked[input.below(std::size(checked))];
      pt_call none{};
      const pt_operator *op = pt_operator_find(name, static_cast<int64_t>(std::strlen(name)), &none);
      if (op == nullptr) fail(name);
      call(op, input, /*for_real=*/true);
    }
  }
  expect_modes_of_start();
  return 0;
}
