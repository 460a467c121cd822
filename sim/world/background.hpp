// The rest of the Internet: whatever address no server holds. To a SYN it answers by a seeded hash of destination and
// port, so that an address behaves the same for everybody and at all times: most are silent, some refuse, a few answer.
// Everything else it swallows.
// Ownership: borrows its wire. Threads: the simulator's.
#pragma once

#include <cstdint>
#include <map>

#include "sim/world/octets.hpp"
#include "sim/world/wire.hpp"

namespace lazaret {

class Background : public FrameSink {
 public:
  /// `answering`: by port, the share of addresses that answer with SYN-ACK; none on other ports.
  Background(WireEnd, std::uint64_t seed, std::map<std::uint16_t, double> answering);
  void receive(FramePtr) override;

 private:
  WireEnd wire_;
  std::uint64_t seed_;
  std::map<std::uint16_t, double> answering_;
};

}  // namespace lazaret
