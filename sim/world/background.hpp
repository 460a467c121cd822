// The rest of the Internet on its wire: addresses that no server holds.
// Ownership: borrows its wire. Threads: the simulator's.
#pragma once

#include "sim/dialogue/internet.hpp"
#include "sim/world/octets.hpp"
#include "sim/world/wire.hpp"

namespace lazaret {

class Background : public FrameSink {
 public:
  Background(WireEnd, Strangers);
  void receive(FramePtr) override;

 private:
  WireEnd wire_;
  Strangers strangers_;
};

}  // namespace lazaret
