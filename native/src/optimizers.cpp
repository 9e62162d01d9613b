// The steps of optimizers, each for all parameters of a group in one call, with the bits of PyTorch's default
// implementation on the CPU. See docs/decisions/0021-steps-of-optimizers.md.
#include <ATen/ScalarOps.h>
#include <ATen/Version.h>
#include <torch/library.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <type_traits>
#include <utility>
#include <vector>

#include "../kernels/elementwise.h"
#include "libtorch.h"
#include "plain.h"
#include "threads.h"

// MKL's square roots, which are part of libtorch. They do not all round to nearest, so no other function has the same
// results. Null in a libtorch without MKL.
extern "C" {
__attribute__((weak, visibility("default"))) void vmsSqrt(int n, const float *x, float *y, int64_t mode);
__attribute__((weak, visibility("default"))) void vmdSqrt(int n, const double *x, double *y, int64_t mode);
__attribute__((weak, visibility("default"))) int MKL_Set_Num_Threads_Local(int count);
}

#if defined(__GLIBC__) && defined(__x86_64__)
// As in libtorch, which must run with glibc 2.28. The newer version has the same results.
__asm__(".symver pow, pow@GLIBC_2.2.5");
#endif

namespace {

using at::Tensor;
using at::TensorList;
using panama_torch::is_plain;
using panama_torch::kernels::Elementwise;

constexpr int64_t mkl_mode =
    0x2 | 0x140000 | 0x100;  // as libtorch: high accuracy, denormal numbers, no errors

void square_root(int64_t n, const float *x, float *y) { vmsSqrt(static_cast<int>(n), x, y, mkl_mode); }
void square_root(int64_t n, const double *x, double *y) { vmdSqrt(static_cast<int>(n), x, y, mkl_mode); }

/// Keeps MKL's functions on the calling thread: for as few elements as in a block, waiting for others takes longer.
class SingleThreadedMkl {
 public:
  SingleThreadedMkl() : before_(MKL_Set_Num_Threads_Local(1)) {}
  ~SingleThreadedMkl() { MKL_Set_Num_Threads_Local(before_); }
  SingleThreadedMkl(const SingleThreadedMkl &) = delete;
  SingleThreadedMkl &operator=(const SingleThreadedMkl &) = delete;

 private:
  int before_;
};

/// Returns the arithmetic of libtorch; nullptr if it is not known here.
template <typename T>
const Elementwise<T> *arithmetic() {
  static const Elementwise<T> *const chosen =
      at::hasMKL() && vmsSqrt != nullptr && vmdSqrt != nullptr && MKL_Set_Num_Threads_Local != nullptr
          ? panama_torch::kernels::elementwise<T>(at::get_cpu_capability())
          : nullptr;
  return chosen;
}

/// What the blocks have in common that are at the same place in a parameter, its gradient and its state.
template <typename T>
struct Place {
  static constexpr int64_t bytes = 4096;  // so that all blocks stay in the first-level cache
  static constexpr int64_t largest = bytes / static_cast<int64_t>(sizeof(T));
  static constexpr int temporaries = 8;

  const Elementwise<T> &arithmetic;
  int64_t n;
  T *next;  ///< memory for temporary blocks
};

/// Some elements of a tensor. Has the methods of at::Tensor that the steps below call, with the same results, so that
/// a step is written once: for a whole tensor, or for one block after the other.
template <typename T>
class Block {
 public:
  Block() = default;
  /// @param writes counts the operations in place; may be null
  Block(Place<T> &place, T *data, int64_t *writes) : place_(&place), data_(data), writes_(writes) {}

  Block &add_(const Block &b, double alpha = 1) {
    return in_place(arithmetic().add, data_, b.data_, checked(alpha));
  }
  Block &add_(double b) { return in_place(arithmetic().add_number, data_, rounded(b)); }
  Block &mul_(const Block &b) { return in_place(arithmetic().mul, data_, b.data_); }
  Block &mul_(double b) { return in_place(arithmetic().mul_number, data_, rounded(b)); }
  Block &div_(const Block &b) { return in_place(arithmetic().div, data_, b.data_); }
  Block &lerp_(const Block &end, double weight) {
    return in_place(arithmetic().lerp, data_, end.data_, checked(weight));
  }
  Block &addcmul_(const Block &b, const Block &c, double value) {
    return in_place(arithmetic().addcmul, data_, b.data_, c.data_, checked(value));
  }
  Block &addcdiv_(const Block &b, const Block &c, double value) {
    return in_place(arithmetic().addcdiv, data_, b.data_, c.data_, checked(value));
  }
  Block &copy_(const Block &b) {
    std::copy_n(b.data_, place_->n, data_);
    return written();
  }
  Block &sqrt_() {
    if (place_->n > 0) square_root(place_->n, data_, data_);
    return written();
  }

  Block add(const Block &b, double alpha) const {
    return made(arithmetic().add, data_, b.data_, checked(alpha));
  }
  Block add(double b) const { return made(arithmetic().add_number, data_, rounded(b)); }
  Block div(double b) const { return made(arithmetic().div_number, data_, rounded(b)); }
  Block addcmul(const Block &b, const Block &c, double value) const {
    return made(arithmetic().addcmul, data_, b.data_, c.data_, checked(value));
  }
  Block abs() const { return made(arithmetic().abs, data_); }
  Block neg() const { return made(arithmetic().neg, data_); }
  Block reciprocal() const { return made(arithmetic().reciprocal, data_); }
  Block sqrt() const {
    const Block root = temporary();
    if (place_->n > 0) square_root(place_->n, data_, root.data_);
    return root;
  }

  /// x.mul_(factor).add_(b, alpha)
  friend void mul_add_(Block &x, double factor, const Block &b, double alpha) {
    x.in_place(x.arithmetic().mul_add, rounded(factor), b.data_, checked(alpha)).written();
  }
  /// x.mul_(factor).addcmul_(b, b, value)
  friend void mul_addcmul_(Block &x, double factor, const Block &b, double value) {
    x.in_place(x.arithmetic().mul_addcmul, rounded(factor), b.data_, b.data_, checked(value)).written();
  }
  /// x.addcdiv_(b, c.div(divisor).add(eps), value)
  friend void div_add_addcdiv_(Block &x, const Block &b, const Block &c, double divisor, double eps,
                               double value) {
    x.in_place(x.arithmetic().div_add_addcdiv, x.data_, b.data_, c.data_, rounded(divisor), rounded(eps),
               checked(value));
  }

  friend void maximum_out(Block &y, const Block &a, const Block &b) {
    y.in_place(y.arithmetic().maximum, a.data_, b.data_);
  }

 private:
  const Elementwise<T> &arithmetic() const { return place_->arithmetic; }

  /// Converts a number as ATen does where it is the alpha, value or weight of an operator: too large ones throw.
  static T checked(double number) { return at::Scalar(number).to<T>(); }
  /// Converts a number as ATen does where it is an operand.
  static T rounded(double number) { return static_cast<T>(number); }

  template <typename F, typename... Operands>
  Block &in_place(F f, Operands... operands) {
    f(place_->n, data_, operands...);
    return written();
  }
  template <typename F, typename... Operands>
  Block made(F f, Operands... operands) const {
    const Block result = temporary();
    f(place_->n, result.data_, operands...);
    return result;
  }
  Block temporary() const {
    const Block made(*place_, place_->next, nullptr);
    place_->next += Place<T>::largest;
    return made;
  }
  Block &written() {
    if (writes_ != nullptr) ++*writes_;
    return *this;
  }

  Place<T> *place_ = nullptr;
  T *data_ = nullptr;
  int64_t *writes_ = nullptr;
};

/// A list of tensors, one for each parameter.
struct List {
  const char *name;
  TensorList tensors;
  bool needed = true;  ///< by the options
};

/// The parameters, their gradients, and the state that a step reads and writes.
template <size_t K>
using Lists = std::array<List, K>;
constexpr size_t gradients = 1;  ///< the place of the gradients, which are only read

void check_count(const List &list, TensorList parameters) {
  TORCH_CHECK_VALUE(list.tensors.size() == parameters.size(), list.name, ": expected ", parameters.size(),
                    " tensors, one for each parameter, got ", list.tensors.size());
}

void check_shapes(const List &list, TensorList parameters) {
  check_count(list, parameters);
  for (size_t i = 0; i < parameters.size(); ++i)
    TORCH_CHECK_VALUE(list.tensors[i].sizes() == parameters[i].sizes(), list.name, ": expected the shape ",
                      parameters[i].sizes(), " of the parameter, got ", list.tensors[i].sizes(), " at ", i);
}

void check_numbers(const List &list, TensorList parameters) {
  check_count(list, parameters);
  for (size_t i = 0; i < parameters.size(); ++i)
    TORCH_CHECK_VALUE(list.tensors[i].numel() == 1, list.name, ": expected one element, got the shape ",
                      list.tensors[i].sizes(), " at ", i);
}

/// Returns whether a tensor's elements can be replaced in the order of memory, without a graph.
bool is_writable(const Tensor &tensor) {
  return is_plain(tensor) && tensor.is_contiguous() &&
         !(at::GradMode::is_enabled() && tensor.requires_grad());
}

void increment_version(const Tensor &tensor) { tensor.unsafeGetTensorImpl()->bump_version(); }

/// Adds 1 to a counter of steps, and returns it.
double incremented(const Tensor &step) {
  if (step.scalar_type() == at::kFloat && is_writable(step)) {
    increment_version(step);
    auto *counter = step.mutable_data_ptr<float>();
    return *counter += 1;
  }
  Tensor(step).add_(1);
  return step.item<double>();
}

/// One parameter, to be updated in blocks.
template <size_t K>
struct Job {
  size_t index;
  int64_t n;
  std::array<void *, K> data;
};

/// Takes the step for `place.n` elements from `offset` on.
/// @param writes one for each list: counts the operations in place; may be null
template <typename T, size_t K, typename Step>
void call(const Step &step, const Job<K> &job, Place<T> place, int64_t offset, int64_t *writes) {
  std::array<Block<T>, K> blocks;
  for (size_t k = 0; k < K; ++k) {
    auto *data = static_cast<T *>(job.data[k]);
    blocks[k] =
        Block<T>(place, data == nullptr ? nullptr : data + offset, writes == nullptr ? nullptr : writes + k);
  }
  std::apply(step, blocks);
}

/// Updates parameters of type T in blocks, on several threads if they are large.
template <typename T, size_t K, typename Step>
void update_blocks(const Lists<K> &lists, const std::vector<Step> &steps, const std::vector<Job<K>> &jobs) {
  const Elementwise<T> &functions = *arithmetic<T>();
  int64_t total = 0;
  for (const Job<K> &job : jobs) {
    // Without elements: checks the numbers and counts the writes.
    std::array<int64_t, K> writes{};
    call(steps[job.index], job, Place<T>{functions, 0, nullptr}, 0, writes.data());
    for (size_t k = 0; k < K; ++k)
      for (; writes[k] > 0; --writes[k]) increment_version(lists[k].tensors[job.index]);
    total += job.n;
  }
  // Elements are counted through all parameters.
  const auto update = [&](int64_t first, int64_t last) {
    const SingleThreadedMkl single_threaded;
    alignas(64) std::array<T, static_cast<size_t>(Place<T>::temporaries * Place<T>::largest)> temporary;
    int64_t start = 0;
    for (const Job<K> &job : jobs) {
      const int64_t end = std::min(last - start, job.n);
      for (int64_t i = std::max<int64_t>(first - start, 0); i < end; i += Place<T>::largest)
        call(steps[job.index], job,
             Place<T>{functions, std::min(Place<T>::largest, end - i), temporary.data()}, i, nullptr);
      start += job.n;
    }
  };
  constexpr int64_t enough = 32768;  // elements for a thread
  const int64_t parts = std::clamp<int64_t>(total / enough, 1, at::get_num_threads());
  panama_torch::on_threads(parts, parts,
                           [&](int64_t i) { update(total * i / parts, total * (i + 1) / parts); });
}

/// Returns whether any two of the tensors have memory in common.
template <size_t K>
bool overlap(const Lists<K> &lists) {
  std::vector<std::pair<const char *, const char *>> ranges;
  for (const List &list : lists) {
    if (!list.needed) continue;
    for (const Tensor &tensor : list.tensors)
      if (is_writable(tensor) && tensor.numel() > 0) {
        const auto *data = static_cast<const char *>(tensor.const_data_ptr());
        ranges.emplace_back(data, data + tensor.nbytes());
      }
  }
  std::sort(ranges.begin(), ranges.end());
  return std::adjacent_find(ranges.begin(), ranges.end(), [](const auto &one, const auto &next) {
           return next.first < one.second;
         }) != ranges.end();
}

/// Updates all parameters.
/// @param state_steps nullptr if the optimizer does not count steps
/// @param make make(i, t) returns the step for parameter i, whose t-th step it is: a function of as many tensors, or
///     blocks, as there are lists
template <size_t K, typename Make>
void update(const Lists<K> &lists, const TensorList *state_steps, Make make) {
  const TensorList parameters = lists[0].tensors;
  for (const List &list : lists)
    if (list.needed) check_shapes(list, parameters);
  if (state_steps != nullptr) check_numbers({"state_steps", *state_steps}, parameters);
  const bool separate = !overlap(lists);
  std::vector<decltype(make(size_t{}, double{}))> steps;
  std::vector<Job<K>> of_float, of_double;
  const auto update_in_blocks = [&] {
    if (!of_float.empty()) update_blocks<float>(lists, steps, of_float);
    if (!of_double.empty()) update_blocks<double>(lists, steps, of_double);
    of_float.clear();
    of_double.clear();
  };
  for (size_t i = 0; i < parameters.size(); ++i) {
    steps.push_back(make(i, state_steps == nullptr ? 0 : incremented((*state_steps)[i])));
    const at::ScalarType type = parameters[i].scalar_type();
    const bool has_arithmetic = (type == at::kFloat && arithmetic<float>() != nullptr) ||
                                (type == at::kDouble && arithmetic<double>() != nullptr);
    if (separate && has_arithmetic && std::all_of(lists.begin(), lists.end(), [&](const List &list) {
          return !list.needed || (list.tensors[i].scalar_type() == type && is_writable(list.tensors[i]));
        })) {
      Job<K> job{i, parameters[i].numel(), {}};
      for (size_t k = 0; k < K; ++k)
        if (lists[k].needed)
          job.data[k] = k == gradients ? const_cast<void *>(lists[k].tensors[i].const_data_ptr())
                                       : lists[k].tensors[i].mutable_data_ptr();
      (type == at::kFloat ? of_float : of_double).push_back(job);
    } else {
      update_in_blocks();  // earlier parameters first, in case that they share memory with this one
      std::array<Tensor, K> tensors;
      for (size_t k = 0; k < K; ++k)
        if (lists[k].needed) tensors[k] = lists[k].tensors[i];
      std::apply(steps.back(), tensors);
    }
  }
  update_in_blocks();
}

/// Returns a number as an operand of mul_. at::Tensor::mul_ rounds a number to bfloat16 for tensors of this type;
/// Python's does not.
template <typename X>
auto number(double value) {
  if constexpr (std::is_same_v<X, Tensor>)
    return at::native::wrapped_scalar_tensor(value);
  else
    return value;
}

void mul_add_(Tensor &x, double factor, const Tensor &b, double alpha) {
  x.mul_(number<Tensor>(factor)).add_(b, alpha);
}
void mul_addcmul_(Tensor &x, double factor, const Tensor &b, double value) {
  x.mul_(number<Tensor>(factor)).addcmul_(b, b, value);
}
void div_add_addcdiv_(Tensor &x, const Tensor &b, const Tensor &c, double divisor, double eps, double value) {
  x.addcdiv_(b, divisor == 1 ? c.add(eps) : c.div(divisor).add_(eps), value);
}

/// Options that all optimizers have.
struct Common {
  double lr, weight_decay;
  bool maximize, decoupled = false;

  /// Applies maximize and weight decay; returns the gradient to update the parameter with.
  template <typename X>
  X gradient(X &parameter, X given) const {
    if (maximize) given = given.neg();
    if (weight_decay != 0) {
      if (decoupled)
        parameter.mul_(number<X>(1 - lr * weight_decay));
      else
        given = given.add(parameter, weight_decay);
    }
    return given;
  }
};

// The steps. Their operators, their order and the arithmetic with numbers are those of torch/optim/*.py; Python's `**`
// is std::pow.

void sgd_(TensorList self, TensorList grads, TensorList momentum_buffers, double lr, double momentum,
          double dampening, double weight_decay, bool nesterov, bool maximize, bool is_first_step) {
  const Common common{lr, weight_decay, maximize};
  update<3>({{{"self", self}, {"grads", grads}, {"momentum_buffers", momentum_buffers, momentum != 0}}},
            nullptr, [=](size_t, double) {
              return [=]<typename X>(X p, X g, X b) {
                g = common.gradient(p, g);
                if (momentum != 0) {
                  if (is_first_step)
                    b.copy_(g);
                  else
                    mul_add_(b, momentum, g, 1 - dampening);
                  g = nesterov ? g.add(b, momentum) : b;
                }
                p.add_(g, -lr);
              };
            });
}

void adam_(TensorList self, TensorList grads, TensorList exp_avgs, TensorList exp_avg_sqs,
           TensorList max_exp_avg_sqs, TensorList state_steps, double lr, double beta1, double beta2,
           double weight_decay, double eps, bool amsgrad, bool maximize, bool decoupled_weight_decay) {
  const Common common{lr, weight_decay, maximize, decoupled_weight_decay};
  update<5>({{{"self", self},
              {"grads", grads},
              {"exp_avgs", exp_avgs},
              {"exp_avg_sqs", exp_avg_sqs},
              {"max_exp_avg_sqs", max_exp_avg_sqs, amsgrad}}},
            &state_steps, [=](size_t, double t) {
              const double step_size = lr / (1 - std::pow(beta1, t));
              const double correction = std::pow(1 - std::pow(beta2, t), 0.5);
              return [=]<typename X>(X p, X g, X m, X v, X largest) {
                g = common.gradient(p, g);
                m.lerp_(g, 1 - beta1);
                mul_addcmul_(v, beta2, g, 1 - beta2);
                if (amsgrad) maximum_out(largest, largest, v);
                div_add_addcdiv_(p, m, (amsgrad ? largest : v).sqrt(), correction, eps, -step_size);
              };
            });
}

void adamax_(TensorList self, TensorList grads, TensorList exp_avgs, TensorList exp_infs,
             TensorList state_steps, double lr, double beta1, double beta2, double weight_decay, double eps,
             bool maximize) {
  const Common common{lr, weight_decay, maximize};
  update<4>({{{"self", self}, {"grads", grads}, {"exp_avgs", exp_avgs}, {"exp_infs", exp_infs}}},
            &state_steps, [=](size_t, double t) {
              const double step_size = lr / (1 - std::pow(beta1, t));
              return [=]<typename X>(X p, X g, X m, X u) {
                g = common.gradient(p, g);
                m.lerp_(g, 1 - beta1);
                X size = g.abs();
                size.add_(eps);
                maximum_out(u, u.mul_(number<X>(beta2)), size);
                p.addcdiv_(m, u, -step_size);
              };
            });
}

void nadam_(TensorList self, TensorList grads, TensorList exp_avgs, TensorList exp_avg_sqs,
            TensorList mu_products, TensorList state_steps, double lr, double beta1, double beta2,
            double weight_decay, double momentum_decay, double eps, bool maximize,
            bool decoupled_weight_decay) {
  const Common common{lr, weight_decay, maximize, decoupled_weight_decay};
  check_numbers({"mu_products", mu_products}, self);
  update<4>({{{"self", self}, {"grads", grads}, {"exp_avgs", exp_avgs}, {"exp_avg_sqs", exp_avg_sqs}}},
            &state_steps, [=](size_t i, double t) {
              const auto momentum = [&](double step) {
                return beta1 * (1.0 - 0.5 * std::pow(0.96, step * momentum_decay));
              };
              const double correction = 1 - std::pow(beta2, t), mu = momentum(t), next = momentum(t + 1);
              const double product = Tensor(mu_products[i]).mul_(mu).item<double>();
              return [=]<typename X>(X p, X g, X m, X v) {
                g = common.gradient(p, g);
                m.lerp_(g, 1 - beta1);
                mul_addcmul_(v, beta2, g, 1 - beta2);
                X denominator = v.div(correction);
                denominator.sqrt_().add_(eps);
                p.addcdiv_(g, denominator, -lr * (1.0 - mu) / (1.0 - product));
                p.addcdiv_(m, denominator, -lr * next / (1.0 - product * next));
              };
            });
}

void radam_(TensorList self, TensorList grads, TensorList exp_avgs, TensorList exp_avg_sqs,
            TensorList state_steps, double lr, double beta1, double beta2, double weight_decay, double eps,
            bool maximize, bool decoupled_weight_decay) {
  const Common common{lr, weight_decay, maximize, decoupled_weight_decay};
  update<4>(
      {{{"self", self}, {"grads", grads}, {"exp_avgs", exp_avgs}, {"exp_avg_sqs", exp_avg_sqs}}},
      &state_steps, [=](size_t, double t) {
        const double power = std::pow(beta2, t);
        const double correction1 = 1 - std::pow(beta1, t), correction2 = 1 - power;
        const double longest = 2 / (1 - beta2) - 1;
        const double length = longest - 2 * t * power / correction2;
        const double rectification =
            std::pow((length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length), 0.5);
        return [=]<typename X>(X p, X g, X m, X v) {
          g = common.gradient(p, g);
          m.lerp_(g, 1 - beta1);
          mul_addcmul_(v, beta2, g, 1 - beta2);
          X change = m.div(correction1);
          change.mul_(number<X>(lr));
          if (length > 5) {
            X root = v.sqrt();
            X adaptive = root.add_(eps).reciprocal();
            change.mul_(adaptive.mul_(number<X>(std::pow(correction2, 0.5)))).mul_(number<X>(rectification));
          }
          p.add_(change, -1.0);
        };
      });
}

void rmsprop_(TensorList self, TensorList grads, TensorList square_avgs, TensorList grad_avgs,
              TensorList momentum_buffers, TensorList state_steps, double lr, double alpha, double eps,
              double weight_decay, double momentum, bool centered, bool maximize) {
  const Common common{lr, weight_decay, maximize};
  update<5>({{{"self", self},
              {"grads", grads},
              {"square_avgs", square_avgs},
              {"grad_avgs", grad_avgs, centered},
              {"momentum_buffers", momentum_buffers, momentum > 0}}},
            &state_steps, [=](size_t, double) {
              return [=]<typename X>(X p, X g, X v, X mean, X b) {
                g = common.gradient(p, g);
                mul_addcmul_(v, alpha, g, 1 - alpha);
                if (centered) mean.lerp_(g, 1 - alpha);
                X root = centered ? v.addcmul(mean, mean, -1) : v.sqrt();
                if (centered) root.sqrt_();
                if (momentum > 0) {
                  b.mul_(number<X>(momentum));
                  div_add_addcdiv_(b, g, root, 1, eps, 1);
                  p.add_(b, -lr);
                } else {
                  div_add_addcdiv_(p, g, root, 1, eps, -lr);
                }
              };
            });
}

void adagrad_(TensorList self, TensorList grads, TensorList state_sums, TensorList state_steps, double lr,
              double lr_decay, double weight_decay, double eps, bool maximize) {
  const Common common{lr, weight_decay, maximize};
  update<3>({{{"self", self}, {"grads", grads}, {"state_sums", state_sums}}}, &state_steps,
            [=](size_t, double t) {
              const double rate = lr / (1 + (t - 1) * lr_decay);
              return [=]<typename X>(X p, X g, X sum) {
                g = common.gradient(p, g);
                sum.addcmul_(g, g, 1);
                div_add_addcdiv_(p, g, sum.sqrt(), 1, eps, -rate);
              };
            });
}

void adadelta_(TensorList self, TensorList grads, TensorList square_avgs, TensorList acc_deltas,
               TensorList state_steps, double lr, double rho, double eps, double weight_decay,
               bool maximize) {
  const Common common{lr, weight_decay, maximize};
  update<4>({{{"self", self}, {"grads", grads}, {"square_avgs", square_avgs}, {"acc_deltas", acc_deltas}}},
            &state_steps, [=](size_t, double) {
              return [=]<typename X>(X p, X g, X v, X u) {
                g = common.gradient(p, g);
                mul_addcmul_(v, rho, g, 1 - rho);
                X deviation = v.add(eps);
                X change = u.add(eps);
                change.sqrt_().div_(deviation.sqrt_()).mul_(g);
                mul_addcmul_(u, rho, change, 1 - rho);
                p.add_(change, -lr);
              };
            });
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(panama_torch, library) {
  library.def(
      "sgd_(Tensor(a!)[] self, Tensor[] grads, Tensor(b!)[] momentum_buffers, float lr, float momentum, "
      "float dampening, float weight_decay, bool nesterov, bool maximize, bool is_first_step) -> ()",
      &sgd_);
  library.def(
      "adam_(Tensor(a!)[] self, Tensor[] grads, Tensor(b!)[] exp_avgs, Tensor(c!)[] exp_avg_sqs, "
      "Tensor(d!)[] max_exp_avg_sqs, Tensor(e!)[] state_steps, float lr, float beta1, float beta2, "
      "float weight_decay, float eps, bool amsgrad, bool maximize, bool decoupled_weight_decay) -> ()",
      &adam_);
  library.def(
      "adamax_(Tensor(a!)[] self, Tensor[] grads, Tensor(b!)[] exp_avgs, Tensor(c!)[] exp_infs, "
      "Tensor(d!)[] state_steps, float lr, float beta1, float beta2, float weight_decay, float eps, "
      "bool maximize) -> ()",
      &adamax_);
  library.def(
      "nadam_(Tensor(a!)[] self, Tensor[] grads, Tensor(b!)[] exp_avgs, Tensor(c!)[] exp_avg_sqs, "
      "Tensor(d!)[] mu_products, Tensor(e!)[] state_steps, float lr, float beta1, float beta2, "
      "float weight_decay, float momentum_decay, float eps, bool maximize, bool decoupled_weight_decay) -> "
      "()",
      &nadam_);
  library.def(
      "radam_(Tensor(a!)[] self, Tensor[] grads, Tensor(b!)[] exp_avgs, Tensor(c!)[] exp_avg_sqs, "
      "Tensor(d!)[] state_steps, float lr, float beta1, float beta2, float weight_decay, float eps, "
      "bool maximize, bool decoupled_weight_decay) -> ()",
      &radam_);
  library.def(
      "rmsprop_(Tensor(a!)[] self, Tensor[] grads, Tensor(b!)[] square_avgs, Tensor(c!)[] grad_avgs, "
      "Tensor(d!)[] momentum_buffers, Tensor(e!)[] state_steps, float lr, float alpha, float eps, "
      "float weight_decay, float momentum, bool centered, bool maximize) -> ()",
      &rmsprop_);
  library.def(
      "adagrad_(Tensor(a!)[] self, Tensor[] grads, Tensor(b!)[] state_sums, Tensor(c!)[] state_steps, "
      "float lr, float lr_decay, float weight_decay, float eps, bool maximize) -> ()",
      &adagrad_);
  library.def(
      "adadelta_(Tensor(a!)[] self, Tensor[] grads, Tensor(b!)[] square_avgs, Tensor(c!)[] acc_deltas, "
      "Tensor(d!)[] state_steps, float lr, float rho, float eps, float weight_decay, bool maximize) -> ()",
      &adadelta_);
}
