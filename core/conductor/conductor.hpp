// What needs all accounts at once: the fuses (the whole ISP's and each access node's), the kill switch, and which names
// so many accounts fail to find that they tell nothing about one. Once per epoch of packet time it reads the events of
// every engine in canonical order and answers with commands stamped at the epoch's end, so that sharding changes nothing.
// docs/semantics.md, 14, is exact; docs/adr/0006 says what belongs here and what does not.
// Ownership: owns its state, allocates in its constructor only. Threads: one at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/command.hpp"
#include "core/event.hpp"
#include "core/limits.hpp"
#include "core/policy.hpp"

namespace lazaret {

/// The end of the epoch that contains `at`: the first multiple of conductor.epoch_ms after it.
[[nodiscard]] Timestamp epoch_end(const Policy&, Timestamp at) noexcept;

class Conductor {
 public:
  /// `all`: of all engines together; `accounts` says how many answers a step has room for. (Only accounts that operators
  /// release and that are proposed anew within one epoch, many thousands of times, can make a step allocate.)
  Conductor(const Policy&, const Limits& all);
  ~Conductor();

  struct Answer {
    std::span<const Command> commands;  ///< approve or hold, one for each proposal, and popular; in the events' order,
                                        ///< stamped `boundary`, Issuer::conductor; core/routing.hpp says where they go
    std::span<const Event> events;      ///< the conductor's own (kNobody), stamped `boundary`
  };
  /// Closes the epoch that ends at `boundary`. The answer lives until the next step.
  /// REQUIRES events of that epoch only (stamps in [boundary - epoch, boundary)), in canonical order; boundaries increase.
  /// An epoch without events, and without a command of which apply() said true, need not be stepped.
  [[nodiscard]] Answer step(Timestamp boundary, std::span<const Event> events) noexcept;

  /// To be told every command, wherever else it goes: one does not replace the other. True: it means something to the
  /// conductor (reset_fuse, stop_enforcement, resume_enforcement), which the next step says and does.
  bool apply(const Command&) noexcept;

  [[nodiscard]] bool fuse_blown() const noexcept;  ///< the whole ISP's
  [[nodiscard]] bool fuse_blown(std::uint16_t node) const noexcept;
  [[nodiscard]] bool enforcing() const noexcept;  ///< as of the last step

  /// Decides by another policy from now on, with all that it counted; of the fuse's quarantines the newest, where the new
  /// policy allows fewer. REQUIRES the same conductor.epoch_ms. Allocates.
  void adopt(const Policy&);

  /// All that outlives a call, in one versioned form that is the same on every machine. Allocates.
  [[nodiscard]] std::vector<std::uint8_t> snapshot() const;
  /// Becomes what was kept; nullptr: good. Otherwise, or when the octets are no snapshot of this version or do not fit the
  /// limits: says why, and stays as it was. REQUIRES a new conductor under the same limits; under another policy, see adopt().
  [[nodiscard]] const char* restore(std::span<const std::uint8_t>);

 private:
  struct Ledger;
  std::unique_ptr<Ledger> ledger_;
};

}  // namespace lazaret
