// Virtual wiring without a NIC: three DPDK ports (access, core, garden) made of rings, with one queue a worker. One
// thread plays the world outside: it feeds frames with their nanosecond stamps and drains what the workers send.
//
// Shape::ports    each port receives its own packets; workers poll the three in turn, as on hardware.
// Shape::trunk    one inlet carries the packets of all three in one order, each with its port written in the buffer.
//                 What a replay needs: equal stamps on different ports keep the journal's order.
//
// Ownership: owns rings, ports and the buffer pool; workers must be gone before it. Threads: one outside thread, an
// lcore; each worker its own queue.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <variant>

#include "core/packet/view.hpp"
#include "datapath/worker.hpp"
#include "scenarios/run_directory.hpp"

namespace lazaret {

class RingWire {
 public:
  enum class Shape : std::uint8_t { ports, trunk };
  enum class Port : std::uint8_t { access, core, garden };
  /// Packets that may be under way to one worker; the rings hold twice that, so that within it nothing is ever lost.
  static constexpr unsigned kWindow = 1024;

  /// REQUIRES start_eal(); 1 <= workers <= kWorkersMax.
  [[nodiscard]] static std::variant<RingWire, Problem> create(unsigned workers, Shape);
  RingWire(RingWire&&) noexcept;
  ~RingWire();

  [[nodiscard]] const Wiring& wiring(unsigned worker) const noexcept;

  /// Copies the frame (kJudgedMost octets at most) into a buffer that waits for flush(). False when no buffer is free.
  /// A packet stamped kNever goes without a stamp, as from a port that knows none.
  [[nodiscard]] bool feed(unsigned worker, const PacketView&) noexcept;
  /// Puts what was fed to `worker` into its inlets. False when some of it found no room; what did not is kept.
  bool flush(unsigned worker) noexcept;

  /// Takes up to a burst of what workers sent out of `port`; `see` may be empty. Returns how many there were.
  std::size_t drain(Port port, unsigned worker,
                    const std::function<void(std::span<const std::uint8_t>)>& see = {}) noexcept;

 private:
  struct Parts;
  explicit RingWire(std::unique_ptr<Parts>);
  std::unique_ptr<Parts> parts_;
};

}  // namespace lazaret
