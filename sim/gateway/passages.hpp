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
  void count(const PacketView&, Truthful, Action);
  void write(TruthWriter&) const;
  /// Makes room for accounts up to this one.
  void expect(std::uint32_t last_account) { of_account_.reserve(last_account + 1); }

 private:
  /// A few kinds an account, so a short list each, in the order in which they first passed.
  struct Passage {
    Behaviour behaviour;
    Direction direction;
    Action action;
    std::uint64_t packets = 0, octets = 0;
  };
  std::vector<std::vector<Passage>> of_account_;
};

}  // namespace lazaret
