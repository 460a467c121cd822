// The loop that runs on each worker core: packets from the ports, the core's verdicts, packets to the ports. Run to
// completion: one engine, one core, nothing shared, no lock, no allocation, bursts of 32.
//
// Ports are polled in turn, and a packet's side of the wiring (access, core, garden) is the port written in its buffer
// (rte_mbuf::port), which drivers set to the port it came in on. So an inlet may also be a trunk that carries packets
// of all three ports in one order: a software distributor in front of ports without receive-side scaling does that, and
// so does a replay, whose order across ports must be the journal's, equal stamps included. The loop does not know the
// difference, and judges packets in the order in which its inlets give them.
//
// Orders from the control core come through a ring that is looked at after each receive, never waited for. Two rules
// make the outcome independent of how fast either side runs:
//   - whoever sends an order puts it into the ring before he puts any packet stamped at or after it into an inlet;
//   - an order is carried out when a packet at or after it was received, or when, after the order was seen, all inlets
//     were found empty once: then every packet before it has been judged.
// Ownership: owns its engine; the link and the ports must outlive it. Threads: one at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "core/engine.hpp"
#include "datapath/clock.hpp"
#include "datapath/control_link.hpp"

namespace lazaret {

/// Packets taken from a port at a time: 32 to 64 measured best, more spills the buffer pool's cache.
constexpr unsigned kBurst = 32;

struct PortQueue {
  std::uint16_t port = 0, queue = 0;
};

/// `inlets` are polled in turn. The three outlets are also how a packet's side is told from its buffer's port.
struct Wiring {
  std::vector<PortQueue> inlets;
  PortQueue access, core, garden;
  bool observes = false;  ///< on a mirror: nothing is sent, answers neither
  /// The portal's next hop: what goes to the garden is addressed to it. Nothing: it stays as it is.
  std::optional<std::array<std::uint8_t, 6>> garden_next_hop = {};
};

class Worker {
 public:
  /// `clock`: for packets that no port stamped; nothing: time comes with the packets alone (replay).
  Worker(const Policy&, const Limits&, Seed, const Wiring&, ControlLink&, std::optional<TscClock> clock = std::nullopt);
  /// With an engine that has worked before.
  Worker(Engine, const Wiring&, ControlLink&, std::optional<TscClock> clock);
  ~Worker();

  /// One turn: every inlet once. True when there was anything to do.
  bool poll() noexcept;
  /// Turns until a stop order. `share_cpu`: gives the CPU away when idle; a core of its own spins.
  void run(bool share_cpu) noexcept;

  /// REQUIRES that the worker does not run.
  [[nodiscard]] const Carried& carried() const noexcept;
  [[nodiscard]] const Engine& engine() const noexcept;

 private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace lazaret
