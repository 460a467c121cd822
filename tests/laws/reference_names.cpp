// Section 8 of docs/semantics.md: questions, tunnels, answers, what is learned.
#include <algorithm>
#include <string>
#include <string_view>

#include "core/hash.hpp"
#include "tests/laws/reference.hpp"

namespace lazaret::laws {
namespace {

constexpr std::size_t kDnsHeader = 12;
constexpr std::uint16_t kMx = 15;

/// The question's name as the message has it. REQUIRES that read_dns() read the message: the name is whole and holds no
/// pointer.
std::span<const std::uint8_t> question_name(std::span<const std::uint8_t> message) {
  std::size_t end = kDnsHeader;
  while (message[end] != 0) end += 1U + message[end];
  return message.subspan(kDnsHeader, end + 1 - kDnsHeader);
}

std::vector<std::string> labels_of(std::span<const std::uint8_t> wire_name) {
  std::vector<std::string> labels;
  for (std::size_t at = 0; wire_name[at] != 0; at += 1U + wire_name[at]) {
    std::string& label = labels.emplace_back();
    for (const std::uint8_t octet : wire_name.subspan(at + 1, wire_name[at]))
      label += static_cast<char>(octet >= 'A' && octet <= 'Z' ? octet + ('a' - 'A') : octet);
  }
  return labels;
}

std::vector<std::string> labels_of(std::string_view text) {
  std::vector<std::string> labels = {""};
  for (const char c : text) {
    if (c == '.')
      labels.emplace_back();
    else
      labels.back() += c;
  }
  return labels;
}

bool is_or_lies_under(const std::vector<std::string>& name, const std::vector<std::string>& tree) {
  return name.size() >= tree.size() && std::equal(tree.rbegin(), tree.rend(), name.rbegin());
}

}  // namespace

std::uint32_t Reference::question_tag(IpAddress resolver, std::uint16_t port, const DnsFacts& dns) const {
  return low(mix(key(resolver, port), dns.name_hash ^ (slips(Slip::any_question_id) ? 0 : dns.id)));
}

void Reference::dns_question(AccountId id, const Facts& f, Timestamp at) {
  const std::optional<DnsFacts> dns = read_dns(f.payload, seed_.value);
  if (!dns || dns->response) return;
  Account& a = accounts_[id];
  std::vector<std::uint32_t>& questions = a.evidence.questions;
  questions.push_back(question_tag(f.destination, f.source_port, *dns));
  if (questions.size() > kQuestionsPerAccount && !slips(Slip::questions_unlimited)) questions.erase(questions.begin());

  if (dns->qtype == kMx &&
      (fresh(a, mix(dns->name_hash, slips(Slip::mx_marks_names) ? 18 : 15), at) || slips(Slip::mx_repeats)))
    observation(id, Channel::spam_mx_query, q(policy_.spam_mx_query_score), true, 53, f.source_port, at);
  tunnel(id, *dns, f, at);
  feed_name(id, question_name(f.payload), dns->name_hash, 53, f.source_port, at);
}

void Reference::tunnel(AccountId id, const DnsFacts& dns, const Facts& f, Timestamp at) {
  if (dns.outside_octets < 30 && !slips(Slip::short_names_tunnel)) return;
  Tunnel& t = accounts_[id].evidence.tunnel;
  const std::int64_t window = sec(at) / 600;
  if (window != t.window && !slips(Slip::tunnel_never_forgets)) t = {.window = window};
  const std::uint32_t domain = low(mix(dns.domain_hash, 16));
  if (t.octets == 0) t.domain = domain;
  if (t.domain != domain) {
    if (!slips(Slip::tunnel_never_subtracts)) t.octets -= std::min(t.octets, std::uint32_t{dns.outside_octets});
    return;
  }
  const std::int64_t before = t.octets / policy_.dns_tunnel_octets;
  t.octets += dns.outside_octets;
  if (t.octets / policy_.dns_tunnel_octets > before)
    observation(id, Channel::dns_tunnel, q(policy_.dns_tunnel_score), true, 53, f.source_port, at);
}

void Reference::dns_answer(AccountId id, const Facts& f, Timestamp at) {
  const std::optional<DnsFacts> dns = read_dns(f.payload, seed_.value);
  if (!dns || !dns->response) return;
  Account& a = accounts_[id];
  std::vector<std::uint32_t>& questions = a.evidence.questions;
  const auto asked = std::find(questions.begin(), questions.end(), question_tag(f.source, f.destination_port, *dns));
  if (asked == questions.end() && !slips(Slip::unasked_answers)) {
    ++counters_.unmatched_replies;
    return;
  }
  if (asked != questions.end() && !slips(Slip::questions_kept)) questions.erase(asked);

  name_result(id, *dns, f, at);
  if (dns->rcode != 0) return;
  for (const DnsAnswer& found : dns->addresses()) feed_answer(id, found.address, f.destination_port, at);
  learn(a, *dns, f, at);
}

void Reference::name_result(AccountId id, const DnsFacts& dns, const Facts& f, Timestamp at) {
  Account& a = accounts_[id];
  const bool silent = (dns.is_reverse && !slips(Slip::reverse_names_tell)) || dns.is_single_label ||
                      (dns.is_local && !slips(Slip::local_names_tell)) ||
                      (dns.looks_like_block_list && !slips(Slip::block_lists_tell));
  if (silent) return;
  const std::uint64_t domain_key = mix(dns.domain_hash, 16);
  const auto is_fresh = [&] { return fresh(a, domain_key, at) || slips(Slip::domain_not_fresh); };
  const bool popular = std::count(popular_.begin(), popular_.end(), domain_key) > 0;
  const double bot = policy_.dns_bot_failure, clean = policy_.dns_clean_failure;
  if (dns.rcode == 3 && (!popular || slips(Slip::popular_ignored)) && is_fresh()) {
    observation(id, Channel::dns_failure, against(bot, clean), true, 53, f.destination_port, at);
    if (!slips(Slip::name_failed_silent)) emit(at, id, EventKind::name_failed, static_cast<std::int64_t>(domain_key));
  } else if (dns.rcode == 0 && (!dns.addresses().empty() || slips(Slip::empty_answers_exonerate)) && is_fresh()) {
    observation(id, Channel::dns_failure, in_favour(bot, clean), false, 53, f.destination_port, at);
  }
}

void Reference::learn(Account& a, const DnsFacts& dns, const Facts& f, Timestamp at) {
  if (!policy_.services_resolvers.covers(f.source) && !slips(Slip::learned_from_any_server)) return;
  const std::vector<std::string> name = labels_of(question_name(f.payload));
  bool listed = slips(Slip::every_name_learned);
  for (std::size_t i = 0; i < policy_.services_remediation_names.size(); ++i) {
    const std::vector<std::string> tree = labels_of(policy_.services_remediation_names[i]);
    if (slips(Slip::learned_exact_names) ? name == tree : is_or_lies_under(name, tree)) listed = true;
  }
  if (!listed) return;
  for (const DnsAnswer& found : dns.addresses()) {
    const std::uint32_t tag = low(key(found.address, 65536 + 4));
    const std::int64_t ttl =
        slips(Slip::learned_as_long_as_told) ? found.ttl_s : std::clamp<std::int64_t>(found.ttl_s, 60, 86400);
    auto place = std::find_if(a.learned.begin(), a.learned.end(), [tag](const Learned& l) { return l.tag == tag; });
    if (place == a.learned.end())
      place = std::min_element(a.learned.begin(), a.learned.end(),
                               [](const Learned& x, const Learned& y) { return x.until < y.until; });
    *place = {tag, capped(sec(at) + ttl)};
  }
}

}  // namespace lazaret::laws
