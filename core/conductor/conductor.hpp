// What needs all shards at once: today the fuse. Once per epoch of packet time it reads the events of every engine in
// canonical order and answers with commands stamped at the epoch's end, so that sharding changes nothing.
// Ownership: owns its state, allocates in its constructor only. Threads: one at a time.
#pragma once

#include <memory>
#include <span>

#include "core/command.hpp"
#include "core/event.hpp"
#include "core/limits.hpp"
#include "core/policy.hpp"

namespace lazaret {

/// The end of the epoch that contains `at`: the first multiple of conductor.epoch_ms after it.
[[nodiscard]] Timestamp epoch_end(const Policy&, Timestamp at) noexcept;

class Conductor {
 public:
  Conductor(const Policy&, const Limits&);
  ~Conductor();

  struct Answer {
    std::span<const Command> commands;  ///< stamped `boundary`, Issuer::conductor; at most one per account
    std::span<const Event> events;      ///< the conductor's own (kNobody), stamped `boundary`
  };
  /// Closes the epoch that ends at `boundary`.
  /// REQUIRES events of that epoch only (stamps in [boundary - epoch, boundary)), in canonical order; boundaries increase.
  /// An epoch without events, and without a command that apply() followed, need not be stepped.
  [[nodiscard]] Answer step(Timestamp boundary, std::span<const Event> events) noexcept;

  /// True for commands meant for the conductor (reset_fuse), which take effect at the next step; ignores all others.
  bool apply(const Command&) noexcept;
  [[nodiscard]] bool fuse_blown() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace lazaret
