#include "cli/bench/floor.hpp"

#include <array>
#include <cstring>

#include "core/hash.hpp"

namespace lazaret::bench {
namespace {

template <typename Word>
Word load(const std::uint8_t* from) {
  Word word;
  std::memcpy(&word, from, sizeof word);
  if constexpr (sizeof(Word) == 8) return __builtin_bswap64(word);
  if constexpr (sizeof(Word) == 4) return __builtin_bswap32(word);
  if constexpr (sizeof(Word) == 2) return __builtin_bswap16(word);
}

/// One mix() over all of it: the halves of the addresses are folded, the rest goes in as the key.
std::uint64_t hash_of(const FiveTuple& t) {
  const std::uint64_t folded =
      (t.source.high ^ t.source.low) * 0x9e37'79b9'7f4a'7c15ULL ^ t.destination.high ^ t.destination.low;
  return mix(std::uint64_t{t.ports} << 8 | t.protocol, folded);
}

}  // namespace

FiveTuple read_five_tuple(const std::uint8_t* frame, std::size_t held) {
  constexpr std::size_t kEthernet = 14, kIpv4 = 20, kIpv6 = 40, kPorts = 4;
  if (held < kEthernet + kIpv4 + kPorts) return {};
  const std::uint8_t* ip = frame + kEthernet;
  const auto type = load<std::uint16_t>(frame + 12);
  FiveTuple t;
  std::size_t header = 0;
  if (type == 0x0800) {
    header = (ip[0] & 0x0fU) * 4;
    if (header < kIpv4 || held < kEthernet + header + kPorts) return {};
    t.protocol = ip[9];
    t.source = IpAddress::v4(load<std::uint32_t>(ip + 12));
    t.destination = IpAddress::v4(load<std::uint32_t>(ip + 16));
  } else if (type == 0x86dd) {
    header = kIpv6;
    if (held < kEthernet + kIpv6 + kPorts) return {};
    t.protocol = ip[6];
    t.source = {load<std::uint64_t>(ip + 8), load<std::uint64_t>(ip + 16)};
    t.destination = {load<std::uint64_t>(ip + 24), load<std::uint64_t>(ip + 32)};
  }
  if (t.protocol != 6 && t.protocol != 17) return {};
  t.ports = load<std::uint32_t>(ip + header);
  return t;
}

void Floor::burst(const Stream& stream, std::uint64_t first) {
  // The whole burst first, as a port gives it: reading octets that were written a moment ago would stall.
  touch(port_.receive(stream, first, now_), first);
}

void Floor::touch(std::span<const PacketView> packets, std::uint64_t first) {
  std::array<Line*, kBurst> lines;
  for (std::size_t i = 0; i < packets.size(); ++i) {
    const std::uint64_t hash = hash_of(read_five_tuple(packets[i].frame.data(), packets[i].frame.size()));
    lines[i] = &table_[(hash >> 32) * table_.size() >> 32];
    __builtin_prefetch(lines[i], 1);
  }
  for (std::size_t i = 0; i < packets.size(); ++i) {
    ++lines[i]->packets;
    lines[i]->octets += packets[i].wire_length;
    lines[i]->last = first;
  }
}

std::uint64_t Floor::touched() const {
  std::uint64_t all = 0;
  for (const Line& line : table_) all += line.packets;
  return all;
}

}  // namespace lazaret::bench
