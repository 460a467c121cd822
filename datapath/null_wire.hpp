// Ports without a wire, for measuring: DPDK's null ports, whose packets are made as they are received, and let go as they
// are sent. Drivers and buffers are DPDK's own; what is missing is a card, its queues and its DMA.
// One inlet brings packets of both directions, each with its port written in the buffer; each worker has a queue of its
// own, as if a port's hash had already put every account where it belongs.
// Ownership: owns ports and the buffer pool; borrows the makers. Workers must be gone before it. Threads: the queues are
// independent of each other.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <variant>
#include <vector>

#include "core/packet/view.hpp"
#include "datapath/worker.hpp"
#include "scenarios/run_directory.hpp"

namespace lazaret {

class NullWire {
 public:
  /// A buffer to be filled in: `octets` of the frame are written, no more than kRoom, and the wire length is said.
  struct Slot {
    std::uint8_t* octets = nullptr;
    std::uint16_t held = 0, wire_length = 0;
    Direction direction = Direction::upstream;
  };
  static constexpr std::uint16_t kRoom = 2048;
  /// Makes the packets of a burst, kBurst at most; called on the worker's thread.
  using Maker = std::function<void(std::span<Slot>)>;

  /// A queue for each maker. REQUIRES start_eal(); 1 to kWorkersMax makers; one NullWire at a time.
  [[nodiscard]] static std::variant<NullWire, Problem> create(std::vector<Maker>);
  NullWire(NullWire&&) noexcept;
  ~NullWire();

  [[nodiscard]] Wiring wiring(unsigned worker) const;

  /// What any program on these ports pays: receives a burst, shows it, swaps the Ethernet addresses of each frame, and
  /// sends it, as testpmd's forwarding mode `macswap` does.
  using Look = std::function<void(std::span<const PacketView>)>;
  void forward(unsigned worker, const Look& = {});

 private:
  struct Parts;
  explicit NullWire(std::unique_ptr<Parts>);
  std::unique_ptr<Parts> parts_;
};

}  // namespace lazaret
