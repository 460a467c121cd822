// Section 11 of docs/semantics.md: beacons, feeds, clients.
#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "core/hash.hpp"
#include "core/packet/name.hpp"
#include "core/packet/tls.hpp"
#include "tests/laws/reference.hpp"

namespace lazaret::laws {

void Reference::beacon(AccountId id, const Facts& f, Timestamp at) {
  Beacon& b = accounts_[id].evidence.beacon;
  const std::uint32_t peer = low(key(f.destination, f.destination_port));
  const std::int64_t now = sec(at);
  if (b.peer != peer) {
    const bool late = now - b.last > 4 * b.interval + 60;
    if (b.count == 0 || (late && !slips(Slip::beacon_candidate_stays)) || b.misses > b.count)
      b = {.peer = peer, .last = now};
    return;
  }
  const std::int64_t gap = now - b.last;
  if (gap == 0) return;
  b.last = now;
  const std::int64_t interval = std::min<std::int64_t>(gap, 65535);
  if (b.count == 0) {
    b.interval = interval, b.count = 1;
    return;
  }
  if (std::abs(gap - b.interval) <= std::max<std::int64_t>(1, b.interval / 8) || slips(Slip::beacon_any_gap)) {
    if (b.count == 255) return;
    ++b.count;
    const bool power = b.count == 8 || b.count == 16 || b.count == 32 || b.count == 64 || b.count == 128;
    if (power || (b.count > 8 && slips(Slip::beacon_every_time)))
      observation(id, Channel::c2_beacon, q(policy_.c2_beacon_score), true, f.destination_port, f.source_port, at);
    return;
  }
  b.misses = std::min(b.misses + 1, 255U);
  if (b.misses > b.count) b.interval = interval, b.count = 1, b.misses = 0;
}

void Reference::feed_address(AccountId id, const Facts& f, Timestamp at) {
  const FeedHit* hit = feed_ ? feed_->find(f.destination, slips(Slip::feed_never_expires) ? Timestamp{} : at) : nullptr;
  if (hit == nullptr) return;
  if (!fresh(accounts_[id], key(f.destination, 65536 + 1), at) && !slips(Slip::feed_repeats)) return;
  const bool sinkhole = hit->category == FeedCategory::sinkhole && !slips(Slip::sinkhole_as_any_address);
  observation(id, sinkhole ? Channel::c2_sinkhole : Channel::c2_address, hit->weight, true, f.destination_port,
              f.source_port, at);
}

void Reference::feed_answer(AccountId id, IpAddress address, std::uint16_t source_port, Timestamp at) {
  const FeedHit* hit = feed_ ? feed_->find(address, at) : nullptr;
  if (hit == nullptr || slips(Slip::answers_not_looked_up)) return;
  if (hit->category != FeedCategory::sinkhole && !slips(Slip::any_answer_is_a_hit)) return;
  if (!fresh(accounts_[id], key(address, 65536 + 1), at)) return;
  observation(id, Channel::c2_sinkhole, hit->weight, true, 53, source_port, at);
}

void Reference::feed_name(AccountId id, std::span<const std::uint8_t> wire_name, std::uint64_t name_hash,
                          std::uint16_t port, std::uint16_t source_port, Timestamp at) {
  const FeedHit* hit = feed_ ? feed_->find_name(suffixes_of(wire_name, seed_), at) : nullptr;
  if (hit == nullptr || slips(Slip::names_not_looked_up)) return;
  if (!fresh(accounts_[id], mix(name_hash, 18), at)) return;
  const bool sinkhole = hit->category == FeedCategory::sinkhole && !slips(Slip::sinkhole_name_as_any);
  observation(id, sinkhole ? Channel::c2_sinkhole : Channel::c2_name, hit->weight, true, port, source_port, at);
}

void Reference::client_hello(AccountId id, const Facts& f, Timestamp at) {
  const std::optional<ClientHello> hello = read_client_hello(f.payload, seed_.value);
  if (!hello) return;
  const std::string_view server{reinterpret_cast<const char*>(hello->server_name.data()), hello->server_name.size()};
  const std::optional<WireName> name = server.empty() ? std::nullopt : wire_name(server);
  if (name && !slips(Slip::server_names_ignored))
    feed_name(id, name->octets(), hello->name_hash, f.destination_port, f.source_port, at);
  if (!hello->ja4_complete || !feed_ || slips(Slip::clients_ignored)) return;
  const std::string_view ja4 = hello->ja4_text();
  const std::uint64_t ja4_hash =
      hash_octets(seed_.value, {reinterpret_cast<const std::uint8_t*>(ja4.data()), ja4.size()});
  const FeedHit* hit = feed_->find_client(ja4_hash, at);
  if (hit == nullptr || (!fresh(accounts_[id], mix(ja4_hash, 17), at) && !slips(Slip::clients_repeat))) return;
  observation(id, Channel::c2_client, hit->weight, true, f.destination_port, f.source_port, at);
}

}  // namespace lazaret::laws
