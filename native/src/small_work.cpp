#include "small_work.h"

#include <ATen/autocast_mode.h>
#include <torch/csrc/autograd/function_hook.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>

#include "plain.h"

// Functions of the OpenMP library and of MKL, which other builds of libtorch may lack.
extern "C" {
[[gnu::weak]] void omp_set_num_threads(int threads);
[[gnu::weak]] int MKL_Set_Num_Threads_Local(int threads);
}

namespace panama_torch {

namespace {

/// The number of multiplications up to which one thread computes a product faster than two.
constexpr int64_t small_product = int64_t{1} << 18;

/// The number of elements up to which one thread computes the logarithms of a softmax faster than two.
constexpr int64_t small_softmax = int64_t{1} << 14;

/// The number of products that are compared; products of further sizes are computed by a team.
constexpr size_t most_sizes = 1024;

/// Of the function of the graph that this thread is computing.
thread_local std::optional<CallingThread> of_function;

/// Returns whether a call would be computed by a team, in the types of its arguments.
bool has_team() { return at::get_num_threads() > 1 && !at::autocast::is_autocast_enabled(at::kCPU); }

/// The sizes of a linear layer: (rows, in) to (rows, out).
struct Sizes {
  int64_t rows, in, out;
  bool bias;
  int team;
  auto operator<=>(const Sizes &) const = default;
};

/// Computes a linear layer, and its gradients from a gradient in either order of its elements.
std::array<at::Tensor, 5> compute(const at::Tensor &x, const at::Tensor &weight, const at::Tensor &bias,
                                  const at::Tensor &gradient) {
  const at::Tensor by_columns = gradient.t().contiguous().t();
  return {bias.defined() ? at::addmm(bias, x, weight.t()) : at::mm(x, weight.t()), at::mm(gradient, weight),
          at::mm(gradient.t(), x), at::mm(by_columns, weight), at::mm(by_columns.t(), x)};
}

/// Returns whether MKL computes the products of a linear layer with the same bits on one thread as on a team. MKL
/// documents no rule, so they are compared. The order in which a product is summed depends on sizes, not on values.
bool have_same_bits(const Sizes &sizes) {
  const at::NoGradGuard no_grad;
  const at::AutoDispatchBelowADInplaceOrView below;
  std::minstd_rand random(1);
  const auto values = [&](at::IntArrayRef shape) {
    at::Tensor tensor = at::empty(shape, at::kFloat);
    std::uniform_real_distribution<float> between(-1, 1);
    std::generate_n(tensor.data_ptr<float>(), tensor.numel(), [&] { return between(random); });
    return tensor;
  };
  // Two orders may round a sum alike by chance, but not hundreds of sums.
  const int64_t fewest = std::min({sizes.rows * sizes.out, sizes.rows * sizes.in, sizes.in * sizes.out});
  const int64_t repeats = std::clamp<int64_t>(256 / std::max<int64_t>(fewest, 1), 1, 16);
  for (int64_t i = 0; i < repeats; ++i) {
    const at::Tensor x = values({sizes.rows, sizes.in}), weight = values({sizes.out, sizes.in}),
                     bias = sizes.bias ? values({sizes.out}) : at::Tensor(),
                     gradient = values({sizes.rows, sizes.out});
    const auto by_team = compute(x, weight, bias, gradient);
    const CallingThread alone;
    const auto by_one = compute(x, weight, bias, gradient);
    const auto same = [](const at::Tensor &a, const at::Tensor &b) { return a.equal(b); };
    if (!std::equal(by_team.begin(), by_team.end(), by_one.begin(), same)) return false;
  }
  return true;
}

bool is_small_linear(const torch::jit::Stack &arguments) {
  // In FLOAT64, only few sums of a product depend on the team, so that a comparison may miss them.
  const at::Tensor &x = arguments[0].toTensor(), &weight = arguments[1].toTensor();
  if (!has_team() || !is_plain(x) || !is_plain(weight) || x.scalar_type() != at::kFloat ||
      weight.scalar_type() != at::kFloat || x.dim() < 2 || weight.dim() != 2 || weight.size(1) == 0 ||
      x.size(-1) != weight.size(1))
    return false;
  const Sizes sizes{x.numel() / weight.size(1), weight.size(1), weight.size(0), !arguments[2].isNone(),
                    at::get_num_threads()};
  const bool in_rows = x.is_contiguous() || (x.dim() == 2 && x.stride(1) == 1 && x.stride(0) >= x.size(1));
  if (!in_rows || !weight.is_contiguous() || x.numel() > small_product || sizes.out > small_product ||
      x.numel() * sizes.out > small_product)
    return false;

  static std::mutex mutex;
  // Never destroyed, since threads may call until the process ends.
  static auto &known = *new std::map<Sizes, bool>;
  std::lock_guard<std::mutex> lock(mutex);
  const auto found = known.find(sizes);
  if (found != known.end()) return found->second;
  if (known.size() == most_sizes) return false;
  return known[sizes] = have_same_bits(sizes);
}

bool is_small_rows(const at::Tensor &x) {
  return has_team() && is_plain(x) && (x.scalar_type() == at::kFloat || x.scalar_type() == at::kDouble) &&
         x.numel() <= small_softmax;
}

/// Over another dimension than the last one, the bits depend on how a team divides the others.
bool is_small_log_softmax(const torch::jit::Stack &arguments) {
  const at::Tensor &x = arguments[0].toTensor();
  const int64_t dim = arguments[1].toInt();
  return is_small_rows(x) && (dim == -1 || dim == x.dim() - 1);
}

bool is_small_loss(const torch::jit::Stack &arguments) {
  const at::Tensor &x = arguments[0].toTensor();
  return is_small_rows(x) && x.dim() <= 2;
}

/// The hook before a function of the graph.
struct Begin : torch::autograd::FunctionPreHook {
  torch::autograd::variable_list operator()(const torch::autograd::variable_list &gradients) override {
    if (!of_function) of_function.emplace();
    return gradients;
  }
};

/// The hook after it.
struct End : torch::autograd::FunctionPostHook {
  torch::autograd::variable_list operator()(const torch::autograd::variable_list &results,
                                            const torch::autograd::variable_list &) override {
    of_function.reset();
    return results;
  }
};

/// Hooks the functions from a result to the arguments.
void hook(torch::autograd::Node *function, const std::vector<const torch::autograd::Node *> &made_arguments) {
  if (function == nullptr || function->num_outputs() == 0 ||  // that which adds to the gradient of a leaf
      std::find(made_arguments.begin(), made_arguments.end(), function) != made_arguments.end())
    return;
  function->add_pre_hook(std::make_unique<Begin>());
  function->add_post_hook(std::make_unique<End>());
  for (const torch::autograd::Edge &edge : function->next_edges()) hook(edge.function.get(), made_arguments);
}

}  // namespace

IsSmall is_small_of(const std::string &name) {
  if (omp_set_num_threads == nullptr) return nullptr;  // OpenMP is not used
  if (name == "aten::linear") return is_small_linear;
  if (name == "aten::log_softmax") return is_small_log_softmax;
  if (name == "aten::cross_entropy_loss" || name == "aten::nll_loss_nd") return is_small_loss;
  return nullptr;
}

CallingThread::CallingThread() : team_(at::get_num_threads()) {
  omp_set_num_threads(1);
  if (MKL_Set_Num_Threads_Local != nullptr) mkl_ = MKL_Set_Num_Threads_Local(1);
}

CallingThread::~CallingThread() {
  omp_set_num_threads(team_);
  if (MKL_Set_Num_Threads_Local != nullptr) MKL_Set_Num_Threads_Local(mkl_);
}

SmallCall::SmallCall(const torch::jit::Stack &arguments) {
  if (!at::GradMode::is_enabled()) return;
  for (const c10::IValue &argument : arguments)
    if (argument.isTensor() && argument.toTensor().grad_fn() != nullptr)
      made_arguments_.push_back(argument.toTensor().grad_fn().get());
}

void SmallCall::extend_to_gradients(const at::Tensor &result) const {
  hook(result.grad_fn().get(), made_arguments_);
}

BackwardPass::~BackwardPass() { of_function.reset(); }

}  // namespace panama_torch
