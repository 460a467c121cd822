// What is still to happen, by time: a queue for simulations, in which time never goes back. Near events lie in a small
// heap; later ones in wheels of 256 slots, each 256 times as wide as the one before, and are sorted only when their time
// comes. An event costs the same whether a thousand or ten million others wait. Events of one instant come in the order
// in which they were pushed.
// Ownership: owns its events. Threads: the simulator's.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <optional>
#include <vector>

namespace lazaret {

struct WireEvent {
  std::int64_t at_ns = 0;
  std::uint64_t order = 0;
  std::uint32_t kind = 0, index = 0;
};

class EventQueue {
 public:
  /// REQUIRES at_ns >= the time of the last event popped.
  void push(std::int64_t at_ns, std::uint32_t kind, std::uint32_t index);
  /// The next event, if it is due at or before `until`.
  [[nodiscard]] std::optional<WireEvent> pop(std::int64_t until_ns);
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::uint64_t popped() const { return order_ - size_; }

 private:
  static constexpr unsigned kSlotBits = 18;  ///< the narrowest slot: a quarter of a millisecond
  static constexpr unsigned kDigit = 8, kSlots = 1U << kDigit;
  static constexpr unsigned kLevels = (63 - kSlotBits + kDigit - 1) / kDigit;  ///< for every time that there is
  static constexpr std::uint32_t kNone = ~0U;
  /// An event that lies in a slot, in a list of those that do; or a free one, in the list of these.
  struct Node {
    WireEvent event;
    std::uint32_t next = kNone;
  };
  struct Wheel {
    std::array<std::uint32_t, kSlots> slots{};  ///< the first node of each slot in use
    std::array<std::uint64_t, kSlots / 64> used{};
    /// The first slot in use at or after `from`; kSlots if none.
    [[nodiscard]] unsigned next(unsigned from) const;
  };
  [[nodiscard]] static std::uint64_t slot_of(const WireEvent& event) {
    return static_cast<std::uint64_t>(event.at_ns) >> kSlotBits;
  }
  [[nodiscard]] std::uint32_t new_node(const WireEvent&);
  void place_near(const WireEvent&);
  void place(std::uint32_t node, std::uint64_t slot);
  void advance();

  std::vector<WireEvent> near_;  ///< a heap: all that is due before the end of the present slot
  std::array<Wheel, kLevels> wheels_;
  std::vector<Node> nodes_;
  std::uint32_t free_ = kNone;  ///< the node freed last, which a cache still has
  std::uint64_t slot_ = 0;      ///< the present one, counted from time 0
  std::uint64_t order_ = 0;
  std::size_t size_ = 0;
};

}  // namespace lazaret
