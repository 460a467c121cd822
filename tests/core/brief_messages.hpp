// Messages for random streams and fuzz programs, which name a few fields of them: DNS answers with addresses, and the first
// message of a TLS connection. messages.hpp has the same with every field.
// Ownership: everything is a value. Threads: pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/address.hpp"
#include "tests/core/frames.hpp"

namespace lazaret::frames::brief {

struct Record {
  IpAddress address;  ///< A or AAAA, as the address is
  std::uint32_t ttl_s = 300;
};

/// A response to a question of class IN: an alias (CNAME) first if there is one, which the addresses then belong to.
struct DnsAnswers {
  std::string_view name;  ///< dotted, no escapes
  std::uint16_t type = 1;
  std::uint16_t id = 0x1234;
  std::uint8_t rcode = 0;
  bool truncated = false;  ///< the TC bit
  std::string_view alias = {};
  std::vector<Record> records = {};
};
[[nodiscard]] Octets dns_answers(const DnsAnswers&);

/// A client's hello of TLS 1.2 and 1.3 in one record.
struct Hello {
  std::string_view server_name = {};  ///< none when empty
  std::vector<std::uint16_t> ciphers = {0x1301, 0x1302, 0xc02f};
  std::string_view protocol = "h2";  ///< offered by ALPN; none when empty
};
[[nodiscard]] Octets client_hello(const Hello&);

}  // namespace lazaret::frames::brief
