/// libtorch's C++ API as a peer of the suite in src/bench; the lines it answers are described in Worker.java.
#include <torch/torch.h>

#include <chrono>
#include <cstdint>
#include <ctime>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace {

using torch::Tensor;
namespace nn = torch::nn;

using Work = std::function<void()>;

/// The reason why a cell is not computed.
struct Unsupported : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A line such as `train layer=LSTM batch=32`.
struct Cell {
  std::string work;
  std::map<std::string, std::string> options;

  explicit Cell(const std::string &line) {
    std::istringstream words(line);
    words >> work;
    for (std::string word; words >> word;) {
      const auto equals = word.find('=');
      options[word.substr(0, equals)] = word.substr(equals + 1);
    }
  }

  bool has(const std::string &option) const { return options.count(option) != 0; }
  const std::string &text(const std::string &option) const { return options.at(option); }
  int64_t number(const std::string &option) const { return std::stoll(text(option)); }
  int64_t number(const std::string &option, int64_t otherwise) const {
    return has(option) ? number(option) : otherwise;
  }

  Tensor input() const { return torch::randn({number("batch"), number("length"), number("input")}); }

  /// Evenly spread from the shortest to the longest.
  Tensor lengths() const {
    const int64_t count = number("batch"), shortest = number("shortest");
    return shortest + torch::arange(count) * (number("length") - shortest) / (count - 1);
  }
};

template <typename Options>
Options options(const Cell &cell) {
  return Options(cell.number("input"), cell.number("hidden"))
      .num_layers(cell.number("layers"))
      .bidirectional(cell.number("directions") == 2)
      .batch_first(true);
}

template <typename Layer>
Work train(Layer layer, const Cell &cell) {
  const Tensor x = cell.input().requires_grad_();
  std::function<Tensor()> forward = [=]() mutable { return std::get<0>(layer->forward(x)); };
  if (cell.has("shortest")) {
    const Tensor lengths = cell.lengths().to(torch::kLong);
    forward = [=]() mutable {
      const auto packed = nn::utils::rnn::pack_padded_sequence(x, lengths, true, false);
      return std::get<0>(layer->forward_with_packed_input(packed)).data();
    };
  }
  const Tensor gradient = torch::randn_like(forward());
  return [=]() mutable {
    layer->zero_grad();
    x.mutable_grad().reset();
    forward().backward(gradient);
  };
}

template <typename Layer>
Work infer(Layer layer, const Cell &cell) {
  const Tensor x = cell.input();
  return [=]() mutable {
    const c10::InferenceMode mode;
    layer->forward(x);
  };
}

template <typename Layer>
Work stream(Layer layer, const Cell &cell) {
  const Tensor x = cell.input();
  auto state = std::get<1>(layer->forward(x));
  return [=]() mutable {
    const c10::InferenceMode mode;
    state = std::get<1>(layer->forward(x, state));
  };
}

template <typename Layer>
Work of_layer(const Layer &layer, const Cell &cell) {
  if (cell.work == "train") return train(layer, cell);
  if (cell.work == "infer") return infer(layer, cell);
  if (cell.work == "stream") return stream(layer, cell);
  throw Unsupported("only layers, the tutorial, additions and products are compared");
}

Work tutorial() {
  nn::RNN rnn(nn::RNNOptions(10, 20).batch_first(true));
  nn::Linear fc(20, 2);
  std::vector<Tensor> parameters = rnn->parameters();
  for (const Tensor &parameter : fc->parameters()) parameters.push_back(parameter);
  const auto optimizer = std::make_shared<torch::optim::Adam>(parameters);
  const Tensor x = torch::randn({32, 5, 10}), target = torch::randint(0, 2, {32}, torch::kLong);
  return [=]() mutable {
    optimizer->zero_grad();
    const Tensor h0 = torch::zeros({1, x.size(0), 20});
    const Tensor scores = fc->forward(std::get<0>(rnn->forward(x, h0)).select(1, -1));
    nn::functional::cross_entropy(scores, target).backward();
    optimizer->step();
  };
}

Work prepare(const Cell &cell) {
  if (cell.work == "tutorial") return tutorial();
  if (cell.work == "add") {
    const Tensor a = torch::ones({4, 4}), b = torch::ones({4, 4});
    return [=] { a.add(b); };
  }
  if (cell.work == "product") {
    const int64_t size = cell.number("size");
    const Tensor a = torch::randn({size, size}), b = torch::randn({size, size});
    return [=] { a.mm(b); };
  }
  if (!cell.has("layer")) throw Unsupported("only layers, the tutorial, additions and products are compared");
  if (cell.text("layer") == "RNN") return of_layer(nn::RNN(options<nn::RNNOptions>(cell)), cell);
  if (cell.text("layer") == "GRU") return of_layer(nn::GRU(options<nn::GRUOptions>(cell)), cell);
  return of_layer(nn::LSTM(options<nn::LSTMOptions>(cell)), cell);
}

int64_t nanoseconds(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return time.tv_sec * int64_t{1000000000} + time.tv_nsec;
}

int64_t after(double seconds) { return nanoseconds(CLOCK_MONOTONIC) + static_cast<int64_t>(seconds * 1e9); }

void measure(const std::string &line, std::map<std::string, Work> &prepared, std::ostream &times) {
  std::istringstream words(line);
  double warm = 0, seconds = 0;
  std::string rest;
  words >> warm >> seconds >> std::ws;
  std::getline(words, rest);
  const Cell cell(rest);
  clockid_t clock = CLOCK_MONOTONIC;
  if (cell.has("clock")) {
    if (cell.text("clock") != "thread") throw Unsupported("C++ has no Java heap");
    clock = CLOCK_THREAD_CPUTIME_ID;
  }
  torch::set_num_threads(static_cast<int>(cell.number("threads")));
  if (prepared.count(rest) == 0) prepared[rest] = prepare(cell);
  const Work &work = prepared[rest];
  const int64_t calls = cell.number("calls", 1);
  int64_t end = after(warm);
  while (nanoseconds(CLOCK_MONOTONIC) < end) work();
  end = after(seconds);
  do {
    const int64_t start = nanoseconds(clock);
    for (int64_t i = 0; i < calls; ++i) work();
    times << static_cast<double>(nanoseconds(clock) - start) / static_cast<double>(calls) << ' ';
  } while (nanoseconds(CLOCK_MONOTONIC) < end);
}

}  // namespace

int main() {
  std::map<std::string, Work> prepared;
  for (std::string line; std::getline(std::cin, line);) {
    std::ostringstream answer;
    answer.precision(1);
    answer << std::fixed;
    try {
      if (line == "versions") {
        answer << "libtorch " << TORCH_VERSION << ", " << __VERSION__;
      } else {
        measure(line, prepared, answer);
      }
    } catch (const Unsupported &reason) {
      answer.str("unsupported: " + std::string(reason.what()));
    } catch (const c10::Error &error) {
      answer.str("failed: " + std::string(error.what_without_backtrace()));
    } catch (const std::exception &error) {
      answer.str("failed: " + std::string(error.what()));
    }
    std::string text = answer.str();
    for (char &c : text)
      if (c == '\n') c = ' ';
    std::cout << text << std::endl;
  }
}
