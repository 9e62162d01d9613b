// Packed sequences, described by the number of sequences that have each step, which never increases.
#pragma once

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

namespace panama_torch {

/// Returns how many of the numbers are larger than 0, 1, and so on: the lengths of sequences with these batch sizes, or the
/// other way round.
inline std::vector<int64_t> counts_above(const std::vector<int64_t> &decreasing) {
  std::vector<int64_t> counts;
  size_t above = decreasing.size();
  for (int64_t i = 0; i < decreasing.front(); ++i) {
    while (decreasing[above - 1] <= i) --above;
    counts.push_back(static_cast<int64_t>(above));
  }
  return counts;
}

/// Divides the sequences into parts with about as many steps each. Each part has a sequence.
/// @param count at most the number of sequences
/// @return the first sequence of each part, and the number of sequences
inline std::vector<int64_t> divide(const std::vector<int64_t> &batch_sizes, int64_t count) {
  const std::vector<int64_t> lengths = counts_above(batch_sizes);
  const auto sequences = static_cast<int64_t>(lengths.size());
  const int64_t steps = std::accumulate(lengths.begin(), lengths.end(), int64_t{0});
  std::vector<int64_t> starts{0};
  int64_t before = 0, n = 0;
  for (int64_t part = 1; part < count; ++part) {
    do before += lengths[static_cast<size_t>(n++)];
    while (n < sequences - (count - part) &&
           before + lengths[static_cast<size_t>(n)] <= steps * part / count);
    starts.push_back(n);
  }
  starts.push_back(sequences);
  return starts;
}

}  // namespace panama_torch
