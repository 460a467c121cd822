#include <set>

#include "core/packet/decode.hpp"
#include "core/packet/dns.hpp"
#include "scenarios/capture.hpp"
#include "scenarios/dns_log/replay.hpp"
#include "scenarios/prefix_set.hpp"
#include "scenarios/subscriber_replay.hpp"

namespace lazaret {
namespace {

constexpr std::uint16_t kDnsServerPort = 53;
constexpr std::uint8_t kNoError = 0, kNoSuchName = 3;
constexpr Prefix kEverybody{{0, 0}, 0};

}  // namespace

std::variant<DnsInCapture, Problem> find_dns_clients(const std::filesystem::path& path,
                                                     const std::vector<Prefix>& subscribers, std::uint8_t ipv6_bits) {
  auto opened = Capture::open(path);
  if (auto* problem = std::get_if<Problem>(&opened)) return std::move(*problem);
  auto& capture = std::get<Capture>(opened);
  const PrefixSet within(subscribers);
  const auto concerned = [&](IpAddress a) { return within.empty() || within.find(a) != nullptr; };
  DnsInCapture found;
  std::set<IpAddress> asking, asked;
  for (CaptureRecord record; capture.next(record);) {
    if (record.skip != nullptr) continue;
    const Facts facts = decode(record.frame);
    if (facts.parse != Parse::ip || facts.transport != Transport::udp) continue;
    const bool up = facts.destination_port == kDnsServerPort;
    if (!up && facts.source_port != kDnsServerPort) continue;
    const auto dns = read_dns(facts.payload, 0);
    if (!dns || dns->response == up || !concerned(up ? facts.source : facts.destination)) continue;
    if (up) {
      ++found.queries;
      asking.insert(facts.source);
      asked.insert(facts.destination);
    } else {
      ++found.answers;
      found.names_decided += dns->rcode == kNoError || dns->rcode == kNoSuchName ? 1 : 0;
      found.addresses_shown += dns->rcode == kNoError && dns->held > 0 ? 1 : 0;
    }
  }
  std::set<Prefix> servers, clients;
  for (const IpAddress a : asked) servers.insert(holding_of(a, kEverybody, ipv6_bits));
  for (const IpAddress a : asking) {
    if (asked.contains(a)) continue;  // a resolver that asks others in its turn
    const Prefix holding = holding_of(a, kEverybody, ipv6_bits);
    // A server in the same network must not become part of the account.
    clients.insert(servers.contains(holding) ? Prefix{a, 128} : holding);
  }
  found.clients.assign(clients.begin(), clients.end());
  return found;
}

}  // namespace lazaret
