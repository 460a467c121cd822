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
#include <vector>

#include "core/command.hpp"
#include "core/counters.hpp"
#include "core/engine.hpp"
#include "core/event.hpp"
#include "core/verdict.hpp"
#include "scenarios/run_directory.hpp"

struct rte_ring;

namespace lazaret {

/// What became of packets; each received one counts in exactly one of passed, gardened, dropped, answered, unanswered,
/// not_sent and strange_port.
struct Carried {
  std::uint64_t received = 0;
  std::uint64_t passed = 0, gardened = 0, dropped = 0;
  std::uint64_t answered = 0;       ///< rejected, and told so
  std::uint64_t unanswered = 0;     ///< rejected; the RFCs forbid an answer to it
  std::uint64_t not_sent = 0;       ///< the outgoing port was full
  std::uint64_t strange_port = 0;   ///< came from none of the three ports
  std::uint64_t notices_lost = 0;   ///< events: the control core was too slow
  std::uint64_t verdicts_lost = 0;  ///< likewise, for the recorder

  Carried& operator+=(const Carried&);
  friend bool operator==(const Carried&, const Carried&) = default;
};

/// What the control core wants to see of an engine at work: the worker fills it in between two bursts.
/// Ownership: the control core's; the worker's from Order::look until Notice::looked.
struct Look {
  AccountId account;      ///< whose status is wanted
  bool snapshot = false;  ///< all of the engine, which takes milliseconds for every ten thousand accounts
  bool load = false;      ///< `feed` becomes the engine's, and the one that it had is let go in the control core
  std::shared_ptr<const Feed> feed;
  const Policy* policy =
      nullptr;  ///< becomes the engine's, where there is one; ten milliseconds for a million accounts

  AccountStatus status;
  Carried carried;
  Counters counters;
  std::vector<std::uint8_t> octets;
};

/// What the control core tells a worker, in order.
struct Order {
  enum class Kind : std::uint8_t {
    command,  ///< for the engine
    barrier,  ///< all packets before `boundary` are in the worker's inlets: judge them, let happen what is due before
              ///< `boundary`, and answer with Notice::passed
    stop,     ///< leave the loop
    look,     ///< fill in `look` when all commands before it are carried out, and answer with Notice::looked
  };
  Kind kind = Kind::command;
  Command command;
  Timestamp boundary;
  Look* look = nullptr;
};

/// What a worker tells the control core, in order.
struct Notice {
  enum class Kind : std::uint8_t { event, passed, looked };
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
