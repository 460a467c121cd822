// What every offline replay does once it has frames and knows whose they are: keep time, lend each subscriber an
// account, drive the core in batches, and note what the core says of each.
// Ownership: owns the core and a copy of the frames of the batch in the making. Threads: one.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "scenarios/replay.hpp"

namespace lazaret {

/// Time as the core gets it: never backwards, never a leap of more than a day.
class ReplayClock {
 public:
  /// Counts what it changed in `adjusted`: time_backwards, time_jump.
  [[nodiscard]] Timestamp stamp(std::int64_t stamp_ns, std::map<std::string, std::uint64_t>& adjusted);

 private:
  bool started_ = false;
  std::int64_t last_stamp_ = 0;
  Timestamp now_;
};

/// What an address's account holds: an IPv4 address alone; of IPv6 `ipv6_bits`, or as many as `within` has if more.
[[nodiscard]] Prefix holding_of(IpAddress, const Prefix& within, std::uint8_t ipv6_bits);

/// Numbers of accounts, in the order in which their holdings were first seen.
class Subscribers {
 public:
  /// An engine's memory is fixed when it is made, so there is a limit to what one replay takes.
  static constexpr std::size_t kMost = 65536;

  /// False for one that is new when there are too many.
  [[nodiscard]] bool has_room(const Prefix& holding) const;
  /// `fresh` when it is new. REQUIRES has_room(holding).
  AccountId of(const Prefix& holding, bool& fresh);
  [[nodiscard]] std::size_t size() const { return numbers_.size(); }

 private:
  std::map<Prefix, AccountId> numbers_;
};

class SubscriberReplay {
 public:
  /// `subscribers`: how many there will be at most. `feed` may be none; it is built under Seed{0}.
  SubscriberReplay(const Policy&, std::size_t subscribers, const std::shared_ptr<const Feed>& feed);

  [[nodiscard]] bool has_room(const Prefix& holding) const { return subscribers_.has_room(holding); }
  /// `seen` names the account if it is new. REQUIRES has_room(holding); `at` not before the last one's;
  /// frame.size() <= kJudgedMost.
  void take(Timestamp at, std::span<const std::uint8_t> frame, std::uint32_t wire_length, Direction,
            const Prefix& holding, IpAddress seen);
  /// Judges what is left and says how everybody stands at the end.
  void finish(CaptureReplay&);

 private:
  void judge_pending();
  void note(std::span<const Event>);

  Policy policy_;
  Ensemble ensemble_;
  Subscribers subscribers_;
  std::vector<CaptureAccount> accounts_;
  std::vector<Event> general_;
  std::array<std::array<std::uint8_t, kJudgedMost>, kBatchMax> octets_{};
  std::vector<PacketView> packets_;
  std::vector<Command> commands_;
  Timestamp last_;
};

}  // namespace lazaret
