// Packets by the truth about them and by what became of them, read only after the verdict.
// Ownership: a value. Threads: one.
#pragma once

#include <cstdint>
#include <vector>

#include "core/packet/view.hpp"
#include "core/verdict.hpp"
#include "scenarios/truth.hpp"
#include "sim/population/truth.hpp"

namespace lazaret {

class Passages {
 public:
  /// No account before the first passes.
  explicit Passages(std::uint32_t first_account = 0) : first_(first_account) {}
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
  std::uint32_t first_;
  std::vector<std::vector<Passage>> of_account_;  ///< from the first account on
};

}  // namespace lazaret
