#include "core/packet/tls.hpp"

#include <algorithm>

#include "core/packet/ja4.hpp"
#include "core/packet/name.hpp"
#include "core/packet/octets.hpp"

namespace lazaret {
namespace {

constexpr std::size_t kRecordHeader = 5, kHandshakeHeader = 4, kRandom = 32, kSessionIdMax = 32;
constexpr std::uint16_t kServerName = 0, kSignatureAlgorithms = 13, kAlpn = 16, kSupportedVersions = 43;
constexpr std::uint8_t kHostName = 0;

/// `cut`: the octets lie beyond what is held. `broken`: they lie beyond what a length allows. The worse is the greater.
enum class Read : std::uint8_t { good, cut, broken };

/// A stretch of a message: `held` octets are here, `length` belong to it; held <= length.
struct Part {
  const std::uint8_t* at = nullptr;
  std::size_t held = 0, length = 0;

  /// Moves the first n octets, or what is held of them, into `taken`.
  Read take(std::size_t n, Part& taken) {
    if (n > length) return Read::broken;
    taken = {at, std::min(n, held), n};
    at += taken.held, held -= taken.held, length -= n;
    return taken.held == n ? Read::good : Read::cut;
  }
  Read take_number(unsigned octets, std::size_t& value) {
    Part number;
    const Read read = take(octets, number);
    value = 0;
    for (unsigned i = 0; read == Read::good && i < octets; ++i) value = value << 8 | number.at[i];
    return read;
  }
  /// A vector behind its own length of `width` octets (RFC 8446, 3.4).
  Read take_vector(unsigned width, Part& vector) {
    std::size_t size = 0;
    vector = {};
    if (const Read read = take_number(width, size); read != Read::good) return read;
    return take(size, vector);
  }
};

/// Adds all of a list of 16-bit code points.
Read read_list(Part list, CodePoints& points) {
  std::size_t value = 0;
  while (list.length != 0) {
    if (const Read read = list.take_number(2, value); read != Read::good) return read;
    points.add(static_cast<std::uint16_t>(value));
  }
  return Read::good;
}

/// RFC 6066, 3: the first name of the type host_name.
Read read_server_name(Part body, ClientHello& hello) {
  Part names, name;
  if (body.take_vector(2, names) == Read::broken) return Read::broken;
  while (names.length != 0) {
    std::size_t type = 0;
    if (const Read read = names.take_number(1, type); read != Read::good) return read;
    if (const Read read = names.take_vector(2, name); read != Read::good) return read;
    if (type == kHostName && hello.server_name.empty()) hello.server_name = {name.at, name.held};
  }
  return Read::good;
}

/// RFC 7301, 3.1: the first protocol.
Read read_alpn(Part body, ClientHello& hello) {
  Part protocols, first;
  if (body.take_vector(2, protocols) == Read::broken) return Read::broken;
  if (protocols.length == 0) return Read::good;
  if (const Read read = protocols.take_vector(1, first); read != Read::good) return read;
  hello.alpn = {first.at, first.held};
  return Read::good;
}

Read read_versions(Part body, std::uint16_t& highest) {
  Part list;
  CodePoints versions;
  if (const Read read = body.take_vector(1, list); read != Read::good) return read;
  if (const Read read = read_list(list, versions); read != Read::good) return read;
  highest = 0;
  for (const std::uint16_t version : versions.values()) highest = std::max(highest, version);
  return Read::good;
}

Read read_algorithms(Part body, CodePoints& algorithms) {
  Part list;
  if (const Read read = body.take_vector(2, list); read != Read::good) return read;
  return read_list(list, algorithms);
}

Read read_extension(std::uint16_t type, const Part& body, ClientHello& hello, HelloLists& lists) {
  switch (type) {
    case kServerName:
      return read_server_name(body, hello);
    case kAlpn:
      return hello.alpn.empty() ? read_alpn(body, hello) : Read::good;
    case kSupportedVersions:
      return read_versions(body, lists.version);
    case kSignatureAlgorithms:
      return read_algorithms(body, lists.signature_algorithms);
    default:
      return Read::good;
  }
}

/// Stops where the hello is cut; whatever was whole before is in `hello`.
Read read_extensions(Part extensions, ClientHello& hello, HelloLists& lists) {
  while (extensions.length != 0) {
    std::size_t type = 0, size = 0;
    Part body;
    if (const Read read = extensions.take_number(2, type); read != Read::good) return read;
    if (const Read read = extensions.take_number(2, size); read != Read::good) return read;
    const Read held = extensions.take(size, body);
    if (held == Read::broken) return held;
    lists.extensions.add(static_cast<std::uint16_t>(type));
    const Read read = std::max(held, read_extension(static_cast<std::uint16_t>(type), body, hello, lists));
    if (read != Read::good) return read;
  }
  return Read::good;
}

Read read_hello(Part message, ClientHello& hello, HelloLists& lists) {
  std::size_t version = 0, size = 0;
  Part skipped, session, ciphers, extensions;
  if (const Read read = message.take_number(2, version); read != Read::good) return read;
  lists.version = static_cast<std::uint16_t>(version);
  if (const Read read = message.take(kRandom, skipped); read != Read::good) return read;
  if (const Read read = message.take_vector(1, session); read != Read::good) return read;
  if (session.length > kSessionIdMax) return Read::broken;
  if (const Read read = message.take_vector(2, ciphers); read != Read::good) return read;
  if (const Read read = read_list(ciphers, lists.ciphers); read != Read::good) return read;
  if (const Read read = message.take_vector(1, skipped); read != Read::good) return read;
  if (message.length == 0) return Read::good;  // before TLS 1.3 a hello may end here
  if (const Read read = message.take_number(2, size); read != Read::good) return read;
  if (size != message.length) return Read::broken;  // nothing comes behind the extensions
  const Read held = message.take(size, extensions);
  return std::max(held, read_extensions(extensions, hello, lists));
}

}  // namespace

std::optional<ClientHello> read_client_hello(std::span<const std::uint8_t> payload, std::uint64_t seed) noexcept {
  if (!starts_client_hello(payload)) return std::nullopt;
  // A record that ends before its message does goes on in another one: to us that is a cut.
  const std::size_t record = std::min<std::size_t>(read16(&payload[3]), payload.size() - kRecordHeader);
  ClientHello hello;
  if (record < kHandshakeHeader) return hello;
  const std::size_t length = std::size_t{payload[6]} << 16 | read16(&payload[7]);
  HelloLists lists;
  const Part message{payload.data() + kRecordHeader + kHandshakeHeader, std::min(record - kHandshakeHeader, length),
                     length};
  const Read read = read_hello(message, hello, lists);
  if (read == Read::broken) return std::nullopt;
  if (!hello.server_name.empty()) {
    const auto name = wire_name({reinterpret_cast<const char*>(hello.server_name.data()), hello.server_name.size()});
    if (name) {
      const NameFacts facts = name_facts(*name, seed);
      hello.name_hash = facts.name_hash;
      hello.domain_hash = facts.domain_hash;
    }
  }
  lists.alpn = hello.alpn;
  if (read == Read::good && !lists.ciphers.full() && !lists.extensions.full() && !lists.signature_algorithms.full()) {
    hello.ja4_complete = true;
    hello.ja4 = ja4(lists);
  }
  return hello;
}

}  // namespace lazaret
