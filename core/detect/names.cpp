#include "core/detect/names.hpp"

#include <algorithm>

#include "core/packet/name.hpp"

namespace lazaret {
namespace {

constexpr std::size_t kDnsHeader = 12;
constexpr unsigned kLongName = 30;  ///< octets below the registrable domain that may be a tunnel's
constexpr std::uint32_t kTunnelWindow_s = 600;
constexpr std::uint32_t kLeastTtl_s = 60, kMostTtl_s = 86400;
constexpr std::uint8_t kNoError = 0, kNoSuchName = 3;

/// Whether a person or a program of the account's meant the name to exist.
bool telling(const DnsFacts& dns) {
  return !dns.is_reverse && !dns.is_single_label && !dns.is_local && !dns.looks_like_block_list;
}

/// The question's name as it stands in the message. REQUIRES that read_dns() read the message.
std::span<const std::uint8_t> wire_of(const Facts& f, const DnsFacts& dns) {
  return f.payload.subspan(kDnsHeader, dns.labels == 0 ? 1U : dns.name_octets + 2U);
}

}  // namespace

void PopularNames::add(std::uint64_t key) {
  if (has(key)) return;
  if (names_.size() < kPopularNames) {
    names_.push_back(key);
  } else {
    places_.erase(names_[oldest_]);
    names_[oldest_] = key;
    oldest_ = (oldest_ + 1) % kPopularNames;
  }
  places_.insert(key, 0);
}

NameDetector::NameDetector(const Policy& p, Recall recall, const C2Detector& c2)
    : recall_(recall),
      c2_(&c2),
      failure_(p.dns_clean_failure, p.dns_bot_failure),
      mx_query_(to_score(p.spam_mx_query_score)),
      tunnel_(to_score(p.dns_tunnel_score)),
      tunnel_octets_(static_cast<std::uint32_t>(p.dns_tunnel_octets)),
      resolvers_(p.services_resolvers) {
  for (std::size_t i = 0; i < p.services_remediation_names.size(); ++i)
    if (const auto hash = hash_name(p.services_remediation_names[i], recall.seed.value)) remediation_.push_back(*hash);
}

std::uint32_t NameDetector::tag(IpAddress resolver, std::uint16_t source_port, const DnsFacts& dns) const {
  return low_half(mix(recall_.key(resolver, source_port), dns.name_hash ^ dns.id));
}

void NameDetector::question(Account a, const Facts& f, Timestamp at, Ladder& ladder) const {
  const auto dns = read_dns(f.payload, recall_.seed.value);
  if (!dns || dns->response) return;
  a.dossier.questions.push_out(tag(f.destination, f.source_port, *dns));
  if (dns->qtype == kDnsTypeMx && recall_.fresh(a.dossier.memory, mix(dns->name_hash, kMxKind), at))
    ladder.observe(a, {Channel::spam_mx_query, true, mx_query_, kDnsPort, f.source_port}, at);
  if (dns->outside_octets >= kLongName) tunnel(a, *dns, f, at, ladder);
  c2_->name(a, wire_of(f, *dns), dns->name_hash, kDnsPort, f.source_port, at, ladder);
}

/// One domain holds the place as long as it outweighs the others (Misra and Gries 1982, with one counter).
void NameDetector::tunnel(Account a, const DnsFacts& dns, const Facts& f, Timestamp at, Ladder& ladder) const {
  Tunnel& t = a.dossier.tunnel;
  const std::uint32_t window = second_of(at) / kTunnelWindow_s;
  if (t.window != window) t = {.window = window};
  const std::uint32_t domain = low_half(mix(dns.domain_hash, kDomainKind));
  if (t.octets == 0) t.domain = domain;
  if (t.domain != domain) {
    t.octets -= std::min<std::uint32_t>(t.octets, dns.outside_octets);
    return;
  }
  const std::uint32_t before = t.octets / tunnel_octets_;
  t.octets += std::min<std::uint32_t>(UINT32_MAX - t.octets, dns.outside_octets);
  if (t.octets / tunnel_octets_ > before)
    ladder.observe(a, {Channel::dns_tunnel, true, tunnel_, kDnsPort, f.source_port}, at);
}

bool NameDetector::answer(Account a, const Facts& f, Timestamp at, Ladder& ladder, EventLog& log) const {
  const auto dns = read_dns(f.payload, recall_.seed.value);
  if (!dns || !dns->response) return true;
  auto& questions = a.dossier.questions;
  const auto asked = std::find(questions.begin(), questions.end(), tag(f.source, f.destination_port, *dns));
  if (asked == questions.end()) return false;
  questions.erase(asked);
  const std::uint64_t domain_key = mix(dns->domain_hash, kDomainKind);
  if (telling(*dns) && dns->rcode == kNoSuchName && !popular_.has(domain_key) &&
      recall_.fresh(a.dossier.memory, domain_key, at)) {
    ladder.observe(a, {Channel::dns_failure, true, failure_.adverse, kDnsPort, f.destination_port}, at);
    log.add(a.record, at, EventKind::name_failed, static_cast<std::int64_t>(domain_key), 0);
  } else if (telling(*dns) && dns->rcode == kNoError && dns->held > 0 &&
             recall_.fresh(a.dossier.memory, domain_key, at)) {
    ladder.observe(a, {Channel::dns_failure, false, failure_.exonerating, kDnsPort, f.destination_port}, at);
  }
  if (dns->rcode != kNoError) return true;
  c2_->answers(a, *dns, f, at, ladder);
  if (dns->held > 0 && resolvers_.covers(f.source) && for_remediation(f, *dns)) learn(a, *dns, f, at);
  return true;
}

bool NameDetector::for_remediation(const Facts& f, const DnsFacts& dns) const {
  if (remediation_.empty()) return false;
  const NameSuffixes suffixes = suffixes_of(wire_of(f, dns), recall_.seed);
  const auto* end = suffixes.hash.data() + suffixes.count;
  return std::find_first_of(suffixes.hash.data(), end, remediation_.begin(), remediation_.end()) != end;
}

void NameDetector::learn(Account a, const DnsFacts& dns, const Facts&, Timestamp at) const {
  for (const DnsAnswer& answer : dns.addresses()) {
    const std::uint32_t address = low_half(recall_.key(answer.address, kLearnedKey));
    auto& learned = a.dossier.learned;
    auto place = std::find_if(learned.begin(), learned.end(), [&](const Learned& l) { return l.address == address; });
    if (place == learned.end())
      place = std::min_element(learned.begin(), learned.end(),
                               [](const Learned& x, const Learned& y) { return x.until < y.until; });
    const std::uint32_t ttl = std::clamp(answer.ttl_s, kLeastTtl_s, kMostTtl_s);
    *place = {address, capped_second(std::int64_t{second_of(at)} + ttl)};
    a.record.learned = true;
  }
}

}  // namespace lazaret
