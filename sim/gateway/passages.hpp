// Packets by the truth about them and by what became of them, read only after the verdict.
// Ownership: a value. Threads: one.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "core/packet/view.hpp"
#include "core/verdict.hpp"
#include "scenarios/truth.hpp"
#include "sim/population/truth.hpp"

namespace lazaret {

class Passages {
 public:
  /// No account before the first passes. `together`: one sum for all accounts, for runs that do not list attempts.
  explicit Passages(std::uint32_t first_account = 0, bool together = false)
      : first_(first_account), together_(together) {}
  void count(const PacketView&, Truthful, Action);
  void write(TruthWriter&) const;

 private:
  /// A few kinds an account, so a short list each, in the order in which they first passed.
  struct Passage {
    Behaviour behaviour;
    Direction direction;
    Action action;
    std::uint64_t packets = 0, octets = 0;
  };
  struct Sum {
    std::uint64_t packets = 0, octets = 0;
  };
  static constexpr unsigned kDirections = 3, kActions = 4;
  [[nodiscard]] static std::size_t kind(Behaviour, Direction, Action);
  void write_sums(TruthWriter&) const;

  std::uint32_t first_;
  bool together_;
  std::array<Sum, kBehaviours * kDirections * kActions> sums_{};
  std::vector<std::vector<Passage>> of_account_;  ///< from the first account on
};

}  // namespace lazaret
