#include "core/detect/c2.hpp"

#include <algorithm>
#include <string_view>

#include "core/packet/name.hpp"
#include "core/packet/tls.hpp"

namespace lazaret {
namespace {

constexpr unsigned kFirstTold = 8;  ///< repetitions before even timing says anything

std::span<const std::uint8_t> octets_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

C2Detector::C2Detector(const Policy& p, Recall recall) : recall_(recall), beacon_(to_score(p.c2_beacon_score)) {}

void C2Detector::hit(Account a, const FeedHit& hit, IpAddress address, std::uint16_t port, std::uint16_t source_port,
                     Timestamp at, Ladder& ladder) const {
  if (!recall_.fresh(a.dossier.memory, recall_.key(address, kFeedKey), at)) return;
  const Channel channel = hit.category == FeedCategory::sinkhole ? Channel::c2_sinkhole : Channel::c2_address;
  ladder.observe(a, {channel, true, hit.weight, port, source_port}, at);
}

void C2Detector::address(Account a, const Facts& f, Timestamp at, Ladder& ladder) const {
  if (feed_ == nullptr) return;
  if (const FeedHit* found = feed_->find(f.destination, at))
    hit(a, *found, f.destination, f.destination_port, f.source_port, at, ladder);
}

void C2Detector::answers(Account a, const DnsFacts& dns, const Facts& f, Timestamp at, Ladder& ladder) const {
  if (feed_ == nullptr) return;
  for (const DnsAnswer& answer : dns.addresses())
    if (const FeedHit* found = feed_->find(answer.address, at))
      if (found->category == FeedCategory::sinkhole)
        hit(a, *found, answer.address, kDnsPort, f.destination_port, at, ladder);
}

void C2Detector::name(Account a, std::span<const std::uint8_t> wire, std::uint64_t name_hash, std::uint16_t port,
                      std::uint16_t source_port, Timestamp at, Ladder& ladder) const {
  if (feed_ == nullptr || feed_->names() == 0) return;
  const FeedHit* found = feed_->find_name(suffixes_of(wire, recall_.seed), at);
  if (found == nullptr || !recall_.fresh(a.dossier.memory, mix(name_hash, kNameKind), at)) return;
  const Channel channel = found->category == FeedCategory::sinkhole ? Channel::c2_sinkhole : Channel::c2_name;
  ladder.observe(a, {channel, true, found->weight, port, source_port}, at);
}

void C2Detector::hello(Account a, const Facts& f, Timestamp at, Ladder& ladder) const {
  if (feed_ == nullptr || feed_->names() == 0) return;
  const auto hello = read_client_hello(f.payload, recall_.seed.value);
  if (!hello) return;
  if (hello->name_hash != 0) {
    const std::string_view text(reinterpret_cast<const char*>(hello->server_name.data()), hello->server_name.size());
    if (const auto wire = wire_name(text))
      name(a, wire->octets(), hello->name_hash, f.destination_port, f.source_port, at, ladder);
  }
  if (!hello->ja4_complete) return;
  const std::uint64_t hash = hash_octets(recall_.seed.value, octets_of(hello->ja4_text()));
  const FeedHit* found = feed_->find_client(hash, at);
  if (found != nullptr && recall_.fresh(a.dossier.memory, mix(hash, kClientKind), at))
    ladder.observe(a, {Channel::c2_client, true, found->weight, f.destination_port, f.source_port}, at);
}

void C2Detector::repeated(Account a, const Facts& f, std::uint32_t peer, Timestamp at, Ladder& ladder) const {
  Beacon& b = a.dossier.beacon;
  const Second now = second_of(at);
  if (b.peer != peer) {
    const bool gone = now - b.last > 4U * b.interval + 60U;
    if (b.count == 0 || gone || b.misses > b.count) b = {.peer = peer, .last = now};
    return;
  }
  const Second gap = now - b.last;
  if (gap == 0) return;
  b.last = now;
  const auto interval = static_cast<std::uint16_t>(std::min<Second>(gap, UINT16_MAX));
  const Second away = gap > b.interval ? gap - b.interval : b.interval - gap;
  if (b.count == 0) {
    b.interval = interval;
    b.count = 1;
  } else if (away <= std::max(1U, b.interval / 8U)) {
    if (b.count < UINT8_MAX) ++b.count;
    const bool doubled = (b.count & (b.count - 1)) == 0;
    if (b.count >= kFirstTold && doubled)
      ladder.observe(a, {Channel::c2_beacon, true, beacon_, f.destination_port, f.source_port}, at);
  } else {
    if (b.misses < UINT8_MAX) ++b.misses;
    if (b.misses > b.count) b.interval = interval, b.count = 1, b.misses = 0;
  }
}

}  // namespace lazaret
