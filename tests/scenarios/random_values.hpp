// Random values of the seam's types for property tests.
// Ownership: values. Threads: one.
#pragma once

#include <cstdint>
#include <limits>
#include <random>

#include "core/command.hpp"
#include "core/event.hpp"
#include "core/evidence/names.hpp"

namespace lazaret {

class RandomValues {
 public:
  explicit RandomValues(std::uint64_t seed) : engine_(seed) {}

  template <typename Integer>
  Integer number(Integer least = std::numeric_limits<Integer>::min(),
                 Integer most = std::numeric_limits<Integer>::max()) {
    // Extremes and small numbers are where texts go wrong.
    switch (engine_() % 5) {
      case 0:
        return least;
      case 1:
        return most;
      case 2:
        if (least <= 0) return static_cast<Integer>(engine_() % 3);
        [[fallthrough]];
      default:
        return static_cast<Integer>(std::uniform_int_distribution<std::int64_t>(
            static_cast<std::int64_t>(least),
            static_cast<std::int64_t>(std::min<std::uint64_t>(static_cast<std::uint64_t>(most), INT64_MAX)))(engine_));
    }
  }
  template <typename Enum>
  Enum one_of(Enum last) {
    return static_cast<Enum>(engine_() % (static_cast<unsigned>(last) + 1));
  }
  /// Of the core's named words.
  template <typename Enum>
  Enum one_of() {
    return static_cast<Enum>(engine_() % names_of<Enum>().size());
  }
  bool chance(unsigned of = 2) { return engine_() % of == 0; }
  std::uint64_t bits() { return engine_(); }

  Timestamp stamp() { return {number<std::int64_t>(0)}; }

  Prefix prefix() {
    if (chance()) return {IpAddress::v4(number<std::uint32_t>()), static_cast<std::uint8_t>(engine_() % 129)};
    return {{engine_(), chance() ? 0 : engine_()}, static_cast<std::uint8_t>(engine_() % 129)};
  }

  Event event() {
    Event e;
    e.at = stamp();
    e.account = {number<std::uint32_t>()};
    e.sequence = number<std::uint32_t>();
    e.kind = one_of<EventKind>();
    e.state = one_of<State>();
    if (chance()) e.channel = one_of<Channel>();
    e.later_left = number<std::uint8_t>();
    e.history = number<std::uint8_t>();
    e.node = number<std::uint16_t>();
    e.from_probation = chance();
    e.observed = number<std::int64_t>();
    e.limit = number<std::int64_t>();
    if (chance())
      e.seen = {stamp(),
                stamp(),
                number<std::uint32_t>(),
                number<std::uint32_t>(),
                number<std::uint16_t>(),
                number<std::uint16_t>()};
    return e;
  }

  Command command() {
    Command c;
    c.at = stamp();
    c.kind = one_of<CommandKind>();
    c.choice = chance() ? Choice::none : one_of<Choice>();
    c.issuer = one_of<Issuer>();
    c.account = {number<std::uint32_t>()};
    if (chance()) c.prefix = prefix();
    if (chance()) c.line = {engine_()};
    if (chance()) c.release_reason = one_of<ReleaseReason>();
    if (chance()) c.account_class = one_of<AccountClass>();
    if (chance()) c.port = number<std::uint16_t>();
    if (chance()) c.step = number<Score>();
    if (chance()) c.key = engine_();
    return c;
  }

 private:
  std::mt19937_64 engine_;
};

inline bool same(const Command& a, const Command& b) {
  return a.at == b.at && a.kind == b.kind && a.choice == b.choice && a.issuer == b.issuer && a.account == b.account &&
         a.prefix == b.prefix && a.line == b.line && a.release_reason == b.release_reason &&
         a.account_class == b.account_class && a.port == b.port && a.step == b.step && a.key == b.key;
}

}  // namespace lazaret
