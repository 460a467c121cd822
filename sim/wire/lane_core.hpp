// One engine of the core in line with one lane of the wire world: judges its packets as they pass, and keeps what the
// run directory and the conductor are to have of the present epoch.
// Ownership: owns engine and buffers. Threads: its lane's.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/engine.hpp"
#include "scenarios/scenario.hpp"
#include "sim/gateway/gate.hpp"
#include "sim/gateway/passages.hpp"

namespace lazaret {

class LaneCore {
 public:
  LaneCore(const Scenario&, const Limits&, std::uint32_t first_account, Gate);

  /// Stamps must not decrease, from call to call.
  [[nodiscard]] Verdict judge(const PacketView&, Truthful);
  /// Handed to the engine with the first packet, or close, at or after its stamp. Stamps must not decrease.
  void submit(const Command&);
  /// Time passes up to and including `until`.
  void close(Timestamp until);
  /// The conductor's commands, stamped with the beginning of the epoch that has just begun.
  void obey(std::span<const Command>);

  [[nodiscard]] AccountStatus status(AccountId account, Timestamp now) const {
    return engine_ ? engine_->status(account, now) : AccountStatus{};
  }
  [[nodiscard]] Counters counters() const { return engine_ ? engine_->counters() : Counters{}; }
  [[nodiscard]] std::uint64_t packets() const { return packets_; }
  [[nodiscard]] Passages& passages() { return passages_; }

  /// Of the epoch just closed, for whoever merges the lanes; to be emptied there.
  struct Kept {
    Timestamp at;
    std::size_t from = 0;  ///< in octets
    std::uint32_t length = 0, wire_length = 0, account = 0;
    Direction direction = Direction::upstream;
    Verdict verdict;
  };
  std::vector<Event> events;
  std::vector<Command> handed;
  std::vector<Kept> kept;
  std::vector<std::uint8_t> octets;

 private:
  [[nodiscard]] std::span<const Command> due(Timestamp now);
  void hand_over(Timestamp now);
  [[nodiscard]] Verdict ask(const PacketView&);

  std::optional<Engine> engine_;  ///< none behind an open gate
  bool journal_;
  std::vector<Command> waiting_;  ///< from next_ on
  std::size_t next_ = 0;
  Passages passages_;
  std::uint64_t packets_ = 0;
};

}  // namespace lazaret
