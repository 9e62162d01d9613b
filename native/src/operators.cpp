#include <ATen/ScalarOps.h>

#include <cstdlib>
#include <cstring>
#include <memory>
#include <mutex>
#include <optional>
#include <sstream>
#include <string>
#include <unordered_map>

#include "generator.h"
#include "guard.h"
#include "handles.h"
#include "lstm_autocast.h"
#include "skip_autograd.h"
#include "small_work.h"
#include "static_tls.h"
#include "trusted.h"

using namespace panama_torch;

struct pt_operator {
  /// An argument that is a list of tensors which the operator writes to. If `condition` is set, the operator writes
  /// only if that argument is not None: the fused optimizers change the gradients only with a grad_scale.
  struct WrittenList {
    size_t index;
    std::optional<size_t> condition;
  };

  /// An argument of the schema, with the properties that each call needs.
  struct Parameter {
    const c10::Argument *argument;
    bool is_tensor;
    /// nullptr if there is none.
    const c10::IValue *default_value;
  };

  explicit pt_operator(const c10::OperatorHandle &found);

  const c10::FunctionSchema &function() const { return handle.schema(); }

  /// Returns the text of the schema, which is made at the first call.
  const std::string &schema() const;

  c10::OperatorHandle handle;
  std::vector<Parameter> parameters;
  /// True if a number may be passed for a tensor.
  bool takes_numbers;
  std::vector<WrittenList> written;
  /// Checks arguments that libtorch does not validate; nullptr if there are none.
  Check check;
  /// Replaces arguments for which libtorch chooses a kernel that fails; nullptr if there are none.
  void (*replace)(torch::jit::Stack &arguments);
  /// Returns whether the calling thread should compute a call alone; nullptr if it never should.
  IsSmall is_small;
  bool skips_autograd;

 private:
  mutable std::mutex mutex_;
  mutable std::string schema_;
};

namespace {

/// Returns whether PyTorch converts a number to a tensor for this operator.
bool takes_numbers(const std::string &name) {
  for (const char *base : {"aten::add", "aten::sub", "aten::mul", "aten::div", "aten::floor_divide",
                           "aten::subtract", "aten::multiply", "aten::divide", "aten::true_divide"}) {
    if (name == base || name == base + std::string("_")) return true;
  }
  return false;
}

/// Increments the version counters of tensors in lists that an operator writes to. libtorch does so only for single
/// tensors and in its _foreach_ operators. Without it, a backward pass would use the new elements of a saved tensor
/// and report no error. See docs/decisions/0013-version-counters-of-in-place-writes.md.
class Versions {
 public:
  Versions(const pt_operator &op, const torch::jit::Stack &stack) {
    for (const pt_operator::WrittenList &written : op.written) {
      if (written.condition && stack[*written.condition].isNone()) continue;
      for (const at::Tensor &tensor : stack[written.index].toTensorVector()) {
        if (tensor.defined() && !tensor.is_inference()) before_.emplace_back(tensor, tensor._version());
      }
    }
  }

  /// Increments the counters that the operator has not incremented.
  void increment() const {
    for (const auto &[tensor, version] : before_) {
      if (static_cast<int64_t>(tensor._version()) == version) tensor.unsafeGetTensorImpl()->bump_version();
    }
  }

 private:
  std::vector<std::pair<at::Tensor, int64_t>> before_;
};

[[noreturn]] void unknown(const std::string &name, const std::string &base) {
  std::string overloads;
  for (const c10::OperatorName &known : c10::Dispatcher::singleton().getAllOpNames()) {
    if (known.name == base) overloads += (overloads.empty() ? "" : ", ") + toString(known);
  }
  C10_THROW_ERROR(ValueError,
                  "no operator " + name +
                      (overloads.empty() ? std::string("; names look like aten::cumsum or aten::add.Tensor")
                                         : "; there is " + overloads));
}

[[noreturn]] void unsuitable(const c10::Argument &argument, const char *got) {
  std::ostringstream text;
  text << "argument '" << argument.name() << "' is " << argument.type()->repr_str() << ", got " << got;
  C10_THROW_ERROR(TypeError, text.str());
}

const char *kind_name(int64_t kind) {
  switch (kind) {
    case PT_NONE:
      return "None";
    case PT_DEFAULT:
      return "default";
    case PT_TENSOR:
      return "a tensor";
    case PT_INT:
      return "an int";
    case PT_DOUBLE:
      return "a double";
    case PT_TRUTH:
      return "a bool";
    case PT_STRING:
      return "a string";
    case PT_DEVICE:
      return "a device";
    case PT_TENSOR_LIST:
      return "a tensor list";
    case PT_INT_LIST:
      return "an int list";
    case PT_DOUBLE_LIST:
      return "a double list";
    case PT_TRUTH_LIST:
      return "a bool list";
    case PT_GENERATOR:
      return "a generator";
    default:
      return "an unknown kind of value";
  }
}

bool is_tensor(const pt_value &value) { return value.kind == PT_TENSOR && value.payload.tensor != nullptr; }

bool is_number(const pt_value &value) {
  return value.kind == PT_INT || value.kind == PT_DOUBLE || value.kind == PT_TRUTH;
}

/// Returns the integer. Throws if the schema requires an enumerator and it is none: boxed kernels do not check it.
int64_t checked_int(int64_t value, const c10::Argument &argument) {
  c10::TypePtr type = argument.real_type();
  if (type->kind() == c10::TypeKind::OptionalType)
    type = type->castRaw<c10::OptionalType>()->getElementType();
  int64_t end = 0;
  switch (type->kind()) {
    case c10::TypeKind::ScalarTypeType:
      end = static_cast<int64_t>(at::ScalarType::Undefined);
      break;
    case c10::TypeKind::LayoutType:
      end = static_cast<int64_t>(at::Layout::NumOptions);
      break;
    case c10::TypeKind::MemoryFormatType:
      end = static_cast<int64_t>(at::MemoryFormat::NumOptions);
      break;
    default:
      return value;
  }
  TORCH_CHECK_VALUE(value >= 0 && value < end, "argument '", argument.name(), "' is ", type->repr_str(),
                    ", got ", value, ", which is none");
  return value;
}

/// Returns a list of integers. A single integer is repeated to the length in the schema, such as 2 for `int[2] stride`.
c10::List<int64_t> int_list(const pt_value &value, const c10::Argument &argument) {
  c10::List<int64_t> result;
  if (value.kind == PT_INT) {
    for (int32_t i = 0; i < argument.N().value_or(1); ++i) result.push_back(value.payload.integer);
  } else if (value.kind == PT_INT_LIST) {
    for (int64_t i = 0; i < value.length; ++i) result.push_back(value.payload.integers[i]);
  } else {
    unsuitable(argument, kind_name(value.kind));
  }
  return result;
}

c10::IValue list_argument(const pt_value &value, const c10::Type &element, const c10::Argument &argument) {
  switch (element.kind()) {
    case c10::TypeKind::TensorType: {
      if (value.kind != PT_TENSOR_LIST) break;
      c10::List<at::Tensor> result;
      for (int64_t i = 0; i < value.length; ++i) {
        if (value.payload.tensors[i] == nullptr) unsuitable(argument, "a list with an absent tensor");
        result.push_back(*get(value.payload.tensors[i]));
      }
      return result;
    }
    case c10::TypeKind::OptionalType: {
      if (value.kind != PT_TENSOR_LIST) break;
      c10::List<std::optional<at::Tensor>> result;
      for (int64_t i = 0; i < value.length; ++i) result.push_back(optional(value.payload.tensors[i]));
      return result;
    }
    case c10::TypeKind::IntType:
      return int_list(value, argument);
    case c10::TypeKind::FloatType: {
      c10::List<double> result;
      if (value.kind == PT_DOUBLE_LIST) {
        for (int64_t i = 0; i < value.length; ++i) result.push_back(value.payload.reals[i]);
      } else {
        for (int64_t i : int_list(value, argument)) result.push_back(static_cast<double>(i));
      }
      return result;
    }
    case c10::TypeKind::BoolType: {
      if (value.kind != PT_TRUTH_LIST) break;
      c10::List<bool> result;
      for (int64_t i = 0; i < value.length; ++i) result.push_back(value.payload.integers[i] != 0);
      return result;
    }
    case c10::TypeKind::NumberType: {
      c10::impl::GenericList result(c10::NumberType::get());
      if (value.kind == PT_DOUBLE_LIST) {
        for (int64_t i = 0; i < value.length; ++i) result.push_back(value.payload.reals[i]);
      } else {
        for (int64_t i : int_list(value, argument)) result.push_back(i);
      }
      return result;
    }
    default:
      break;
  }
  unsuitable(argument, kind_name(value.kind));
}

/// Converts a value to the type that the schema requires, and throws if that is not possible: boxed kernels do not
/// check the types on their stack.
c10::IValue to_ivalue(const pt_value &value, const c10::Type &type, const c10::Argument &argument) {
  switch (type.kind()) {
    case c10::TypeKind::OptionalType:
      if (value.kind == PT_NONE) return {};
      return to_ivalue(value, *type.castRaw<c10::OptionalType>()->getElementType(), argument);
    case c10::TypeKind::ListType:
      return list_argument(value, *type.castRaw<c10::ListType>()->getElementType(), argument);
    case c10::TypeKind::TensorType:
      if (is_tensor(value)) return *get(value.payload.tensor);
      break;
    case c10::TypeKind::IntType:
      if (value.kind == PT_INT) return checked_int(value.payload.integer, argument);
      break;
    case c10::TypeKind::FloatType:
      if (value.kind == PT_DOUBLE) return value.payload.real;
      if (value.kind == PT_INT) return static_cast<double>(value.payload.integer);
      break;
    case c10::TypeKind::BoolType:
      if (value.kind == PT_TRUTH) return value.payload.integer != 0;
      break;
    case c10::TypeKind::NumberType:
      if (is_number(value)) return scalar(value);
      break;
    case c10::TypeKind::StringType:
      if (value.kind == PT_STRING) return std::string(value.payload.string, to_size(value.length));
      break;
    case c10::TypeKind::DeviceObjType:
      if (value.kind == PT_DEVICE) return device(value.payload.integer, value.length);
      break;
    case c10::TypeKind::GeneratorType:
      if (value.kind == PT_GENERATOR && value.payload.generator != nullptr)
        return value.payload.generator->value;
      break;
    default:
      break;
  }
  unsuitable(argument, kind_name(value.kind));
}

template <typename T>
T *allocate(size_t count) {
  auto *memory = static_cast<T *>(std::malloc(std::max<size_t>(1, count * sizeof(T))));
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

template <typename Source>
pt_value integers(pt_kind kind, const Source &source) {
  auto *copy = allocate<int64_t>(source.size());
  for (size_t i = 0; i < source.size(); ++i) copy[i] = source[i];
  pt_value value{};
  value.kind = kind;
  value.length = static_cast<int64_t>(source.size());
  value.payload.integers = copy;
  return value;
}

pt_value from_ivalue(c10::IValue &&result) {
  pt_value value{};
  if (result.isNone()) return value;
  if (result.isTensor()) {
    value.payload.tensor = own(std::move(result).toTensor());
    value.kind = value.payload.tensor == nullptr ? PT_NONE : PT_TENSOR;
    return value;
  }
  if (result.isScalar() || result.isBool()) return value_of(result.toScalar());
  if (result.isTensorList()) {
    c10::List<at::Tensor> tensors = result.toTensorList();
    auto *handles = allocate<pt_tensor *>(tensors.size());
    for (size_t i = 0; i < tensors.size(); ++i) handles[i] = own(tensors.get(i));
    value.kind = PT_TENSOR_LIST;
    value.length = static_cast<int64_t>(tensors.size());
    value.payload.tensors = handles;
    return value;
  }
  if (result.isIntList()) return integers(PT_INT_LIST, result.toIntVector());
  if (result.isBoolList()) return integers(PT_TRUTH_LIST, result.toBoolList().vec());
  if (result.isDoubleList()) {
    std::vector<double> source = result.toDoubleVector();
    auto *copy = allocate<double>(source.size());
    std::copy(source.begin(), source.end(), copy);
    value.kind = PT_DOUBLE_LIST;
    value.length = static_cast<int64_t>(source.size());
    value.payload.reals = copy;
    return value;
  }
  if (result.isString()) return value_of(result.toStringRef());
  C10_THROW_ERROR(NotImplementedError, "a result of type " + result.tagKind() + " cannot be passed on");
}

/// A stack whose memory is reused by the next call on the thread. A call that a hook makes during another call uses
/// a separate stack.
struct ReusedStack {
  ReusedStack() { stack.swap(spare); }
  ~ReusedStack() {
    stack.clear();
    stack.swap(spare);
  }
  ReusedStack(const ReusedStack &) = delete;
  ReusedStack &operator=(const ReusedStack &) = delete;

  torch::jit::Stack stack;

 private:
  PANAMA_TORCH_STATIC_TLS static thread_local torch::jit::Stack spare;
};
thread_local torch::jit::Stack ReusedStack::spare;

void push_arguments(const pt_operator &op, const pt_value *arguments, int64_t count,
                    torch::jit::Stack &stack) {
  const auto expected = static_cast<int64_t>(op.parameters.size());
  TORCH_CHECK_VALUE(count >= 0 && count <= expected, "expected at most ", expected, " arguments for ",
                    op.schema(), ", got ", count);
  stack.reserve(op.parameters.size());
  int64_t given = 0;
  for (const auto &[argument, wants_tensor, default_value] : op.parameters) {
    const pt_value *value = given++ < count ? arguments++ : nullptr;
    if (value == nullptr || value->kind == PT_DEFAULT) {
      TORCH_CHECK_VALUE(default_value != nullptr, "argument '", argument->name(), "' of ", op.schema(),
                        " has no default and was not given");
      stack.push_back(*default_value);
    } else if (wants_tensor && is_tensor(*value)) {
      stack.emplace_back(*get(value->payload.tensor));  // the most frequent case, without a conversion
    } else if (wants_tensor && op.takes_numbers && is_number(*value)) {
      stack.emplace_back(at::native::wrapped_scalar_tensor(scalar(*value)));
    } else {
      stack.push_back(to_ivalue(*value, *argument->type(), *argument));
    }
  }
}

/// Returns whether one of the arguments is a tensor that requires a gradient.
bool require_grad(const torch::jit::Stack &arguments) {
  const auto requires_grad = [](const at::Tensor &tensor) { return tensor.requires_grad(); };
  for (const c10::IValue &argument : arguments) {
    if (argument.isTensor()) {
      if (requires_grad(argument.toTensor())) return true;
    } else if (argument.isTensorList()) {
      const std::vector<at::Tensor> tensors = argument.toTensorVector();
      if (std::any_of(tensors.begin(), tensors.end(), requires_grad)) return true;
    } else if (argument.isList() && !argument.isIntList() && !argument.isDoubleList() &&
               !argument.isBoolList()) {
      return true;  // may be a list of optional tensors, which is not searched
    }
  }
  return false;
}

/// Frees a result and the tensors in it.
void discard(const pt_value &value) {
  if (value.kind == PT_TENSOR) pt_tensor_free(const_cast<pt_tensor *>(value.payload.tensor));
  if (value.kind == PT_TENSOR_LIST) {
    for (int64_t i = 0; i < value.length; ++i)
      pt_tensor_free(const_cast<pt_tensor *>(value.payload.tensors[i]));
  }
  pt_value_free(&value);
}

}  // namespace

pt_operator::pt_operator(const c10::OperatorHandle &found)
    : handle(found),
      takes_numbers(::takes_numbers(found.schema().name())),
      check(check_of(found.schema().name())),
      replace(found.operator_name() == c10::OperatorName("aten::lstm", "input") ? cast_lstm : nullptr),
      is_small(is_small_of(found.schema().name())),
      skips_autograd(may_skip_autograd(found)) {
  const auto &arguments = function().arguments();
  for (size_t i = 0; i < arguments.size(); ++i) {
    const c10::Argument &argument = arguments[i];
    const std::optional<c10::IValue> &default_value = argument.default_value();
    parameters.push_back({&argument, argument.type()->kind() == c10::TypeKind::TensorType,
                          default_value ? &*default_value : nullptr});
    if (argument.type()->kind() != c10::TypeKind::ListType || argument.alias_info() == nullptr ||
        !argument.alias_info()->isWrite())
      continue;
    const std::optional<int> scale = function().argumentIndexWithName("grad_scale");
    const bool unscaled = argument.name() == "grads" && scale.has_value();
    written.push_back({i, unscaled ? std::optional<size_t>(*scale) : std::nullopt});
  }
}

const std::string &pt_operator::schema() const {
  std::lock_guard<std::mutex> lock(mutex_);
  if (schema_.empty()) {
    std::ostringstream text;
    text << function();
    schema_ = text.str();
  }
  return schema_;
}

const pt_operator *pt_operator_find(const char *name, int64_t length, pt_call *call) {
  return pointer(call, [&]() -> const pt_operator * {
    static std::mutex mutex;
    // Never destroyed, since callers may use the operators until the process ends.
    static auto &known = *new std::unordered_map<std::string, std::unique_ptr<pt_operator>>;

    std::string full(name, to_size(length));
    std::lock_guard<std::mutex> lock(mutex);
    std::unique_ptr<pt_operator> &entry = known[full];
    if (entry == nullptr) {
      size_t dot = full.find('.');
      std::string base = full.substr(0, dot);
      std::string overload = dot == std::string::npos ? "" : full.substr(dot + 1);
      auto handle = c10::Dispatcher::singleton().findSchema({base, overload});
      if (!handle) {
        known.erase(full);
        unknown(full, base);
      }
      entry = std::make_unique<pt_operator>(*handle);
    }
    return entry.get();
  });
}

const char *pt_operator_schema(const pt_operator *op, int64_t *length) {
  *length = static_cast<int64_t>(op->schema().size());
  return op->schema().data();
}

int64_t pt_operator_arguments(const pt_operator *op) {
  return static_cast<int64_t>(op->function().arguments().size());
}

int64_t pt_operator_results(const pt_operator *op) {
  return static_cast<int64_t>(op->function().returns().size());
}

int64_t pt_operator_argument_index(const pt_operator *op, const char *name, int64_t length) {
  const auto &arguments = op->function().arguments();
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i].name() == std::string_view(name, to_size(length))) return static_cast<int64_t>(i);
  }
  return -1;
}

pt_status pt_operator_call(const pt_operator *op, const pt_value *arguments, int64_t count, pt_value *results,
                           pt_call *call) {
  return status(call, [&] {
    ReusedStack reused;
    torch::jit::Stack &stack = reused.stack;
    push_arguments(*op, arguments, count, stack);
    if (op->check != nullptr) op->check(op->function(), stack);
    if (op->replace != nullptr) op->replace(stack);
    {
      std::optional<at::AutoDispatchBelowADInplaceOrView> below;
      if (op->skips_autograd && !(require_grad(stack) && at::GradMode::is_enabled())) below.emplace();
      if (op->is_small != nullptr && op->is_small(stack)) {
        const SmallCall small(stack);
        op->handle.callBoxed(&stack);
        small.extend_to_gradients(stack[0].toTensor());
      } else if (op->written.empty()) {
        op->handle.callBoxed(&stack);
      } else {
        const Versions versions(*op, stack);
        op->handle.callBoxed(&stack);
        versions.increment();
      }
    }
    if (stack.size() == 1) {
      *results = from_ivalue(std::move(stack[0]));
      return;
    }
    c10::SmallVector<pt_value, 4> made;
    try {
      for (c10::IValue &result : stack) made.push_back(from_ivalue(std::move(result)));
    } catch (...) {
      for (const pt_value &value : made) discard(value);
      throw;
    }
    std::copy(made.begin(), made.end(), results);
  });
}

void pt_value_free(const pt_value *value) {
  switch (value->kind) {
    case PT_STRING:
    case PT_TENSOR_LIST:
    case PT_INT_LIST:
    case PT_DOUBLE_LIST:
    case PT_TRUTH_LIST:
      std::free(const_cast<int64_t *>(value->payload.integers));
      break;
    default:
      break;
  }
}
