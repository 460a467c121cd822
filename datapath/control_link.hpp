// The two lanes between the control core and one worker, as lock-free rings of values: orders go down; events, and
// verdicts where somebody records them, come up. Neither side ever waits for the other inside: a full lane says so.
// Ownership: owns its rings. Threads: one control thread (send, receive_*), one worker thread (orders, report, judged).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <variant>

#include "core/command.hpp"
#include "core/event.hpp"
#include "core/verdict.hpp"
#include "scenarios/run_directory.hpp"

struct rte_ring;

namespace lazaret {

/// What the control core tells a worker, in order.
struct Order {
  enum class Kind : std::uint8_t {
    command,  ///< for the engine
    barrier,  ///< all packets before `boundary` are in the worker's inlets: judge them, let happen what is due before
              ///< `boundary`, and answer with Notice::passed
    stop,     ///< leave the loop
  };
  Kind kind = Kind::command;
  Command command;
  Timestamp boundary;
};

/// What a worker tells the control core, in order.
struct Notice {
  enum class Kind : std::uint8_t { event, passed };
  Kind kind = Kind::event;
  Event event;
  Timestamp boundary;           ///< passed: the barrier's
  Timestamp next_due = kNever;  ///< passed: when the engine's next timer is due
};

class ControlLink {
 public:
  /// Orders, notices and verdicts that can be under way. `verdicts` 0: nobody records them.
  struct Depths {
    unsigned orders = 4096, notices = 32768, verdicts = 0;
  };
  /// `name` must be unique in the process. REQUIRES start_eal().
  [[nodiscard]] static std::variant<ControlLink, Problem> create(const std::string& name, Depths);

  // The control core's side.
  [[nodiscard]] bool send(const Order&) noexcept;
  [[nodiscard]] std::size_t receive_notices(std::span<Notice> into) noexcept;
  [[nodiscard]] std::size_t receive_verdicts(std::span<Verdict> into) noexcept;

  // The worker's side.
  [[nodiscard]] bool receive_order(Order& into) noexcept;
  /// False when full.
  [[nodiscard]] bool report(const Notice&) noexcept;
  [[nodiscard]] bool records_verdicts() const noexcept { return verdicts_ != nullptr; }
  /// How many of them found room.
  [[nodiscard]] std::size_t judged(std::span<const Verdict>) noexcept;

 private:
  struct Free {
    void operator()(rte_ring*) const noexcept;
  };
  using Ring = std::unique_ptr<rte_ring, Free>;
  ControlLink(Ring orders, Ring notices, Ring verdicts);
  Ring orders_, notices_, verdicts_;
};

}  // namespace lazaret
