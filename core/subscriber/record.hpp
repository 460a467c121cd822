// What every packet of an account touches: one cache line. Times are whole seconds.
// Ownership: values in the engine's tables, sized once. Threads: as the engine.
#pragma once

#include "core/subscriber/account.hpp"
#include "core/subscriber/dossier.hpp"

namespace lazaret {

/// What happens within one second. docs/semantics.md, 9.
struct Meter {
  Second second = 0;
  std::uint16_t syn = 0, syn_ack = 0, udp_up = 0, udp_down = 0, replies = 0;
  std::uint16_t port = 0;
  template <typename Archive>
  void archive(Archive& a) {
    a(second), a(syn), a(syn_ack), a(udp_up), a(udp_down), a(replies), a(port);
  }
};

/// The busiest correspondent over UDP: a call in progress, if there is one.
struct Call {
  std::uint32_t peer = 0;
  Second second = 0;
};

/// No frame names it: the line of an account whose line became another's.
constexpr LineId kLostLine{UINT64_MAX};
constexpr std::uint16_t node_of(LineId line) {
  return line == kLostLine ? std::uint16_t{0} : static_cast<std::uint16_t>(line.value >> 28);
}

struct alignas(64) Record {
  AccountId account;
  std::uint32_t sequence = 0;  ///< of its next event
  LineId line;
  State state = State::clear;
  std::uint8_t later_left = 0;
  AccountClass account_class = AccountClass::ordinary;
  std::uint8_t history = 0;     ///< quarantines that are not forgotten
  bool from_probation = false;  ///< of a proposal and the quarantine that follows it
  bool reverse = false;         ///< packets towards it were seen
  bool told : 1 = false;        ///< its administrator was
  bool learned : 1 = false;  ///< its dossier holds addresses of remediation names, fresh or old; no snapshot keeps it
  bool expecting = false;    ///< something is pending that a downstream packet may end
  Second deadline = kNoSecond;  ///< of the ladder
  Second quarantined_at = 0, held_until = 0, history_at = 0;
  Meter meter;
  Call call;

  template <typename Archive>
  void archive(Archive& a) {
    a(account.value), a(sequence), a(line.value), a(state), a(later_left), a(account_class), a(history);
    bool was_told = told;
    a(from_probation), a(reverse), a(was_told), a(expecting);
    told = was_told;
    a(deadline), a(quarantined_at), a(held_until), a(history_at);
    meter.archive(a), a(call.peer), a(call.second);
  }
};
static_assert(sizeof(Record) == 64);

/// One account, as detectors and the ladder see it.
struct Account {
  Record& record;
  Dossier& dossier;
};

[[nodiscard]] constexpr bool restricted(const Record& r) {
  return (r.state == State::quarantined) | (r.state == State::remediating);
}

}  // namespace lazaret
