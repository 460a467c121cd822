// Frames for tests, built from the inside out:
//   ethernet(ip({.source = address("192.0.2.1"), .destination = address("198.51.100.7")},
//               tcp({.source_port = 40000, .destination_port = 25, .flags = kSyn})), {.s_vlan = 7, .c_vlan = 42, .pppoe
//               = 5})
// Lengths and checksums are right unless a field says otherwise: tests that want a wrong one set it, or poke().
// Ownership: everything is a value. Threads: pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/address.hpp"
#include "core/packet/decode.hpp"

namespace lazaret::frames {

using Octets = std::vector<std::uint8_t>;

/// "192.0.2.1" or "2001:db8::1". Aborts on anything else.
[[nodiscard]] IpAddress address(std::string_view text);
[[nodiscard]] Octets octets(std::string_view text);
[[nodiscard]] Octets concat(const Octets& a, const Octets& b);
[[nodiscard]] Octets cut(Octets frame, std::size_t size);
/// Big-endian. REQUIRES at + width <= frame.size().
[[nodiscard]] Octets poke8(Octets frame, std::size_t at, std::uint8_t value);
[[nodiscard]] Octets poke16(Octets frame, std::size_t at, std::uint16_t value);

/// What an IP packet carries. `checksum_at`: where its Internet checksum goes.
struct Datagram {
  std::uint8_t protocol = 0;
  Octets bytes;
  std::optional<std::size_t> checksum_at = {};
};

struct Tcp {
  std::uint16_t source_port = 0, destination_port = 0;
  std::uint32_t sequence = 0, acknowledgment = 0;
  std::uint8_t flags = 0;
  Octets options = {};                       ///< a multiple of four octets
  std::optional<unsigned> data_offset = {};  ///< in words, instead of the right one
};
struct Udp {
  std::uint16_t source_port = 0, destination_port = 0;
  std::optional<std::uint16_t> length = {};  ///< instead of the right one
};

[[nodiscard]] Datagram tcp(const Tcp&, const Octets& payload = {});
[[nodiscard]] Datagram udp(const Udp&, const Octets& payload = {});
/// `quoted`: from the quoted packet's IP header on; RFC 792 wants that header and eight octets more.
[[nodiscard]] Datagram icmp(std::uint8_t type, std::uint8_t code, const Octets& quoted = {});
[[nodiscard]] Datagram icmpv6(std::uint8_t type, std::uint8_t code, const Octets& quoted = {});
[[nodiscard]] Datagram raw(std::uint8_t protocol, const Octets& bytes);
/// The octets [from, from + size) of a datagram, as a fragment carries them; its checksum stays that of the whole only
/// if the whole was given one by checksummed().
[[nodiscard]] Datagram slice(const Datagram&, std::size_t from, std::size_t size = SIZE_MAX);

/// An IPv6 extension header: `type` is its own number, `body` all of it with the first octet (next header) left 0.
struct Extension {
  std::uint8_t type = 60;
  Octets body = {0, 0, 1, 4, 0, 0, 0, 0};  ///< destination options: one PadN
};
[[nodiscard]] Extension options_header(std::uint8_t type, unsigned extra_words = 0);  ///< (1 + extra_words) * 8 octets
[[nodiscard]] Extension fragment_header(unsigned offset_units, bool more, std::uint32_t id = 1);

struct Ip {
  IpAddress source, destination;  ///< both IPv4 or both IPv6
  std::uint8_t ttl = 64;
  // IPv4
  Octets options = {};  ///< a multiple of four octets
  std::uint16_t id = 1;
  unsigned fragment_units = 0;  ///< offset in units of eight octets
  bool more_fragments = false;
  // IPv6
  std::vector<Extension> extensions = {};
  std::optional<std::uint16_t> length = {};  ///< total length (IPv4) or payload length (IPv6) instead of the right one
  /// Next header of the last extension instead of the datagram's; for later fragments it is the first one's.
  std::optional<std::uint8_t> protocol = {};
};

struct Packet {
  std::uint16_t ethertype = 0;
  Octets bytes;
};
[[nodiscard]] Packet ip(const Ip&, const Datagram&);
/// The datagram with the checksum that ip() would give the whole of it; for slicing into fragments.
[[nodiscard]] Datagram checksummed(const Ip&, Datagram);

/// The access line as the frame shows it. No tag unless an id is given.
struct Access {
  std::optional<std::uint16_t> s_vlan = {}, c_vlan = {};
  std::optional<std::uint16_t> pppoe = {};
  std::uint16_t s_type = 0x88a8, c_type = 0x8100;
};
[[nodiscard]] Octets ethernet(const Packet&, const Access& = {});
[[nodiscard]] Octets ethernet(std::uint16_t ethertype, const Octets& payload, const Access& = {});
[[nodiscard]] Octets padded(Octets frame);  ///< with zeros to Ethernet's minimum of 60 octets

/// One question, class IN. A response carries only the question and the code.
struct Dns {
  std::string_view name;  ///< dotted, no escapes
  std::uint16_t type = 1;
  std::uint16_t id = 0x1234;
  bool response = false;
  std::uint8_t rcode = 0;
};
[[nodiscard]] Octets dns(const Dns&);

// The sentences tests say most.
struct Flow {
  IpAddress source, destination;
  std::uint16_t source_port = 0, destination_port = 0;
  [[nodiscard]] Flow reversed() const { return {destination, source, destination_port, source_port}; }
};
[[nodiscard]] Octets tcp_frame(const Flow&, std::uint8_t flags, std::uint32_t sequence, std::uint32_t acknowledgment,
                               std::string_view payload = {}, const Access& = {});
[[nodiscard]] Octets udp_frame(const Flow&, const Octets& payload, const Access& = {});
/// From `router` to the flow's source: its TCP packet with `sequence` could not be delivered.
[[nodiscard]] Octets unreachable_frame(IpAddress router, const Flow&, std::uint32_t sequence, const Access& = {});

}  // namespace lazaret::frames
