// What a packet or an attempt is part of: the account it belongs to and the behaviour behind it.
// Ownership: values. Threads: none.
#pragma once

#include <compare>
#include <cstdint>
#include <string_view>

namespace lazaret {

enum class Behaviour : std::uint8_t {
  none,
  web,
  mail_read,
  mail_send,
  call,
  dns,
  failing_contact,
  portal,  ///< a person at the portal's page
  cleaning,
  dns_error,
  peer,
  mail_server,
  hobby_scan,
  iot,
  flash,
  speed_test,
  telecare,
  spam_bot,
  scanner,
  dga,
  relay_spam,
  brute_force,
  flood,
  evasion,  ///< a bot that looks whether it is held, and answers the page
};
constexpr unsigned kBehaviours = 24;

[[nodiscard]] std::string_view name_of(Behaviour);
constexpr bool malicious(Behaviour b) { return b >= Behaviour::spam_bot; }

struct Truthful {
  std::uint32_t account = 0;
  Behaviour behaviour = Behaviour::none;
  friend constexpr auto operator<=>(const Truthful&, const Truthful&) = default;
};

}  // namespace lazaret
