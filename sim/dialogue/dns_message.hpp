// DNS messages as the hosts here write and read them (RFC 1035): one question; A, AAAA and MX answers.
// Ownership: values. Threads: pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/address.hpp"

namespace lazaret {

enum class DnsType : std::uint16_t { a = 1, mx = 15, aaaa = 28 };

struct DnsQuery {
  std::uint16_t id = 0;
  DnsType type = DnsType::a;
  std::string name;
};

struct WrittenAnswer {
  std::uint16_t id = 0;
  std::uint8_t rcode = 0;            ///< 0 also where the name exists and has no record of the type
  std::optional<IpAddress> address;  ///< A, AAAA
  std::string exchanger;             ///< MX
};

[[nodiscard]] std::string to_octets(const DnsQuery&);
[[nodiscard]] std::string to_octets(const DnsQuery&, const WrittenAnswer&);
[[nodiscard]] std::optional<DnsQuery> read_query(std::string_view octets);
[[nodiscard]] std::optional<WrittenAnswer> read_answer(std::string_view octets, const DnsQuery& asked);

}  // namespace lazaret
