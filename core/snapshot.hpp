// The one form in which state leaves and enters the core: fixed-width little-endian integers, the same on every machine.
// A type that is kept has a template archive(Archive&) that names its members once; writing and reading both use it.
// Ownership: a writer owns its octets, a reader borrows them. Threads: values. Allocates; not for the packet path.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace lazaret {

class SnapshotWriter {
 public:
  static constexpr bool kReads = false;
  template <typename Integer>
  requires std::is_integral_v<Integer> || std::is_enum_v<Integer>
  void operator()(const Integer& value) {
    const auto wide = static_cast<std::uint64_t>(value);
    for (unsigned i = 0; i < sizeof(Integer); ++i) octets_.push_back(static_cast<std::uint8_t>(wide >> (8 * i)));
  }
  /// A snapshot within a snapshot.
  void block(std::span<const std::uint8_t> octets) {
    (*this)(std::uint64_t{octets.size()});
    octets_.insert(octets_.end(), octets.begin(), octets.end());
  }
  [[nodiscard]] bool ok() const { return true; }
  [[nodiscard]] std::vector<std::uint8_t> take() { return std::move(octets_); }

 private:
  std::vector<std::uint8_t> octets_;
};

/// Reads zeros from where the octets end, and says so in ok().
class SnapshotReader {
 public:
  static constexpr bool kReads = true;
  explicit SnapshotReader(std::span<const std::uint8_t> octets) : octets_(octets) {}
  template <typename Integer>
  requires std::is_integral_v<Integer> || std::is_enum_v<Integer>
  void operator()(Integer& value) {
    std::uint64_t wide = 0;
    if (octets_.size() < sizeof(Integer)) {
      ok_ = false;
      octets_ = {};
    } else {
      for (unsigned i = 0; i < sizeof(Integer); ++i) wide |= std::uint64_t{octets_[i]} << (8 * i);
      octets_ = octets_.subspan(sizeof(Integer));
    }
    if constexpr (std::is_same_v<Integer, bool>)
      value = wide != 0;
    else
      value = static_cast<Integer>(wide);
  }
  /// Empty where the octets end before it does.
  [[nodiscard]] std::span<const std::uint8_t> block() {
    std::uint64_t size = 0;
    (*this)(size);
    if (size > octets_.size()) {
      ok_ = false;
      octets_ = {};
      return {};
    }
    const auto block = octets_.first(static_cast<std::size_t>(size));
    octets_ = octets_.subspan(block.size());
    return block;
  }
  /// What one field may not be: the snapshot is refused.
  void refuse() { ok_ = false; }
  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool at_end() const { return octets_.empty(); }

 private:
  std::span<const std::uint8_t> octets_;
  bool ok_ = true;
};

}  // namespace lazaret
