#include "scenarios/dns_log/pairing.hpp"

#include <algorithm>
#include <span>
#include <string>

#include "core/hash.hpp"
#include "core/time.hpp"

namespace lazaret {
namespace {

constexpr std::size_t kSlots = std::size_t{1} << 17;  // at 10000 questions a second: all of the last ten seconds
constexpr std::uint64_t kNoId = 1U << 16;
constexpr std::uint16_t kFirstPort = 1024;
constexpr std::int64_t kAskedAgainNs = 5 * kNsPerSecond;

std::uint64_t name_hash(const std::string& wire) {
  // Resolvers and clients may change the case of letters.
  std::string folded = wire;
  for (char& c : folded)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return hash_octets(0, {reinterpret_cast<const std::uint8_t*>(folded.data()), folded.size()});
}

DnsPairing::Wire derived(const DnsLogEntry& e, std::uint64_t key) {
  const std::uint64_t bits = mix(key, static_cast<std::uint64_t>(e.stamp_ns));
  DnsPairing::Wire wire;
  wire.resolver = e.resolver;
  wire.id = e.id.value_or(static_cast<std::uint16_t>(bits));
  wire.port =
      e.client_port != 0 ? e.client_port : static_cast<std::uint16_t>(kFirstPort + (bits >> 16) % (65536 - kFirstPort));
  return wire;
}

}  // namespace

DnsPairing::DnsPairing() : slots_(kSlots) {}

DnsPairing::Slot& DnsPairing::slot_of(const DnsLogEntry& e, std::uint64_t& key) {
  key = mix(e.client.low, mix(e.client.high, name_hash(e.name)));
  key = mix(e.type | std::uint64_t{e.client_port} << 16 | (e.id ? *e.id : kNoId) << 32, key);
  return slots_[key % kSlots];
}

DnsPairing::Wire DnsPairing::ask(const DnsLogEntry& e) {
  std::uint64_t key = 0;
  Slot& slot = slot_of(e, key);
  const bool waits = slot.used && slot.key == key && slot.open > 0;
  if (waits && e.stamp_ns - slot.asked_ns < kAskedAgainNs) {
    slot.open = static_cast<std::uint16_t>(std::min(slot.open + 1, 1000));
    return slot.wire;  // as a client repeats a question: under the same id and port
  }
  slot = {key, derived(e, key), 1, true, e.stamp_ns};
  return slot.wire;
}

DnsPairing::Answer DnsPairing::answer(const DnsLogEntry& e, Wire& wire) {
  std::uint64_t key = 0;
  Slot& slot = slot_of(e, key);
  if (!slot.used || slot.key != key) {
    wire = derived(e, key);
    slot = {key, wire, 0, true, e.stamp_ns};
    return Answer::to_unknown;
  }
  wire = slot.wire;
  if (slot.open == 0) return Answer::again;
  --slot.open;
  return Answer::to_known;
}

}  // namespace lazaret
