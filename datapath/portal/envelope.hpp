// Is a request whole, and is it one that the portal reads at all? Looks at octets as they come in, before the HTTP library
// does, so that the library sees only short, complete, unambiguous requests with the few header fields that matter here.
// Ownership: values. Threads: pure.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace lazaret::portal {

constexpr std::size_t kLongestHead = 8192, kLongestTarget = 2048, kMostFields = 64, kLongestBody = 2048;

struct Unfinished {};  ///< more has to come
struct Refused {
  int status;
};
/// The head with the fields that the portal reads and no others, and the body.
struct Envelope {
  std::string octets;
};

/// What a server reads beyond `host` and the fields that every one of them reads.
struct Reads {
  std::span<const std::string_view> fields;  ///< names in lower case
  bool json = false;                         ///< bodies of application/json, too
};

/// What the octets received so far are. Refused: 400 (not HTTP/1.x as RFC 9112 has it, two lengths or two hosts, folded
/// lines, no host), 413 and 414 and 431 (too long), 501 (a transfer coding), 505 (another version).
[[nodiscard]] std::variant<Unfinished, Refused, Envelope> read_envelope(std::string_view octets, const Reads& = {});

}  // namespace lazaret::portal
