#include "analysis/leakage.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <unordered_set>

#include "core/packet/decode.hpp"
#include "scenarios/truth.hpp"

namespace lazaret {
namespace {

constexpr double kTwoSided95 = 1.959963984540054;
constexpr std::uint8_t kTcp = 6, kUdp = 17;

std::uint64_t spread(std::uint64_t x) {  // splitmix64 (Steele, Lea, Flood 2014)
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

/// Where the IP header begins, behind Ethernet and tags.
std::size_t ip_at(std::span<const std::uint8_t> frame) {
  std::size_t at = 12;
  while (at + 2 < frame.size() &&
         ((frame[at] == 0x81 && frame[at + 1] == 0x00) || (frame[at] == 0x88 && frame[at + 1] == 0xa8)))
    at += 4;
  return at + 2;
}

struct Lot {
  FlowMark mark;
  std::uint64_t ticket = 0;
};

/// One account's flows, by protocol.
struct Drawn {
  std::uint64_t flows = 0;
  std::optional<Lot> tcp, udp;
};

std::uint64_t flow_key(std::uint32_t account, const Facts& f) {
  std::uint64_t key = spread(account);
  key = spread(key ^ f.destination.high);
  key = spread(key ^ f.destination.low);
  return spread(key ^ (std::uint64_t{f.protocol} << 32 | std::uint64_t{f.source_port} << 16 | f.destination_port));
}

/// The variance of the mean of placements.
double spread_of(const std::vector<double>& placements, double mean) {
  if (placements.size() < 2) return 0;
  double sum = 0;
  for (const double p : placements) sum += (p - mean) * (p - mean);
  const auto n = static_cast<double>(placements.size());
  return sum / (n - 1) / n;
}

/// Of each value the share of `among` (sorted) below it, ties counting half.
std::vector<double> placements(std::span<const double> values, const std::vector<double>& among) {
  std::vector<double> result;
  result.reserve(values.size());
  for (const double v : values) {
    const auto [low, high] = std::equal_range(among.begin(), among.end(), v);
    const auto below = static_cast<double>(low - among.begin()), ties = static_cast<double>(high - low);
    result.push_back((below + ties / 2) / static_cast<double>(among.size()));
  }
  return result;
}

}  // namespace

std::variant<std::vector<FlowMark>, Problem> flow_marks(const std::filesystem::path& run_directory, double from_s,
                                                        std::uint64_t draw) {
  const auto opened = RunReader::open(run_directory);
  if (const auto* problem = std::get_if<Problem>(&opened)) return *problem;
  const auto verdicts = std::get<RunReader>(opened).verdicts();
  if (const auto* problem = std::get_if<Problem>(&verdicts)) return *problem;
  auto journal = JournalReader::open(run_directory);
  if (const auto* problem = std::get_if<Problem>(&journal)) return *problem;
  const auto truth = read_truth(run_directory);
  if (const auto* problem = std::get_if<Problem>(&truth)) return *problem;

  std::map<std::uint32_t, std::uint32_t> addresses;
  for (const TruthAccount& a : std::get<Truth>(truth).accounts)
    if (const auto prefix = parse_prefix(a.ipv4)) addresses[a.account] = prefix->address.as_v4();
  std::set<std::uint32_t> infected;
  for (const TruthInfection& i : std::get<Truth>(truth).infections) infected.insert(i.account);

  std::map<std::uint32_t, Drawn> accounts;
  std::unordered_set<std::uint64_t> seen;
  std::size_t at = 0;
  const auto& judged = std::get<std::vector<Verdict>>(verdicts);
  auto& reader = std::get<JournalReader>(journal);
  for (auto packets = reader.packets(256); !packets.empty(); packets = reader.packets(256))
    for (const PacketView& packet : packets) {
      const std::uint32_t account = judged[at++].account.value;
      if (packet.direction != Direction::upstream || account == 0) continue;
      const Facts f = decode(packet.frame);
      if (f.parse != Parse::ip || !f.source.is_v4() || (f.transport != Transport::tcp && f.transport != Transport::udp))
        continue;
      if (!seen.insert(flow_key(account, f)).second || static_cast<double>(packet.at.ns) < from_s * 1e9) continue;
      Drawn& drawn = accounts[account];
      const std::uint64_t ticket = spread(spread(draw ^ account) ^ drawn.flows++);
      auto& lot = f.protocol == kTcp ? drawn.tcp : drawn.udp;
      if (lot && lot->ticket <= ticket) continue;
      const std::size_t ip = ip_at(packet.frame);
      lot = Lot{{account, infected.contains(account), f.protocol, packet.frame[ip + 8], addresses[account],
                 f.source_port, packet.at.ns, packet.wire_length - static_cast<std::uint32_t>(ip)},
                ticket};
    }
  if (const Problem* damage = reader.damage()) return *damage;
  std::vector<FlowMark> marks;
  for (const auto& [account, drawn] : accounts)
    for (const auto& lot : {drawn.tcp, drawn.udp})
      if (lot) marks.push_back(lot->mark);
  return marks;
}

std::vector<unsigned> features_of(const FlowMark& m) {
  std::vector<unsigned> features;
  unsigned base = 0;
  const auto one_of = [&](unsigned n, std::uint64_t value) {
    features.push_back(base + static_cast<unsigned>(value));
    base += n;
  };
  one_of(256, m.hops);
  one_of(2, m.source_port % 2U);
  one_of(16, m.source_port / 4096U);
  one_of(20, static_cast<std::uint64_t>(m.start_ns % 1'000'000'000 / 50'000'000));
  one_of(10, static_cast<std::uint64_t>(m.start_ns % 1'000'000 / 100'000));
  one_of(4, m.octets % 4);
  for (unsigned bit = 0; bit < 16; ++bit) one_of(2, m.address >> bit & 1U);
  one_of(2048, m.address >> 5 & 2047U);
  return features;
}

Auc auc(std::span<const double> positives, std::span<const double> negatives) {
  Auc result;
  result.positives = positives.size();
  result.negatives = negatives.size();
  if (positives.empty() || negatives.empty()) return result;
  std::vector<double> sorted_positives(positives.begin(), positives.end());
  std::vector<double> sorted_negatives(negatives.begin(), negatives.end());
  std::sort(sorted_positives.begin(), sorted_positives.end());
  std::sort(sorted_negatives.begin(), sorted_negatives.end());
  const std::vector<double> above = placements(positives, sorted_negatives);
  std::vector<double> below = placements(negatives, sorted_positives);
  for (double& p : below) p = 1 - p;
  double sum = 0;
  for (const double p : above) sum += p;
  result.value = sum / static_cast<double>(above.size());
  const double half = kTwoSided95 * std::sqrt(spread_of(above, result.value) + spread_of(below, result.value));
  result.interval = {std::max(0.0, result.value - half), std::min(1.0, result.value + half)};
  return result;
}

}  // namespace lazaret
