#include "tests/fuzz/reader.hpp"

#include <variant>

namespace lazaret::fuzz {
namespace {

using namespace frames;

constexpr Duration kWaits[] = {{0},           {1},           milliseconds(1), milliseconds(100),
                               seconds(1),    seconds(4),    seconds(11),     seconds(60),
                               seconds(1800), seconds(3600), seconds(86400),  seconds(14 * 86400)};

}  // namespace

Command make(CommandKind kind, std::uint32_t account, Choice choice) {
  Command c;
  c.kind = kind, c.account = {account}, c.choice = choice;
  return c;
}

std::shared_ptr<const Feed> small_feed(Seed seed) {
  const FeedEntry entries[] = {
      {.category = FeedCategory::c2, .prefix = prefix("198.51.100.240", 125), .name = {}, .precision = 0.95},
      {.category = FeedCategory::sinkhole, .prefix = prefix("198.51.100.248", 125), .name = {}, .precision = 0.99},
      {.kind = FeedKind::name_tree,
       .category = FeedCategory::c2,
       .prefix = {},
       .name = {3, 'b', 'a', 'd', 7, 'e', 'x', 'a', 'm', 'p', 'l', 'e', 0},
       .precision = 0.9}};
  auto built = Feed::build(entries, FeedLimits{}, seed);
  Feed* feed = std::get_if<Feed>(&built);
  return feed == nullptr ? nullptr : std::make_shared<const Feed>(std::move(*feed));
}

Program Reader::read() {
  begin();
  while (!input_.empty() && program_.steps.size() < kStepsMax) operate(static_cast<Operation>(octet() % kOperations));
  program_.end = program_.steps.empty() ? now_ : now_ + kWaits[octet() % std::size(kWaits)];
  return std::move(program_);
}

void Reader::begin() {
  Policy& p = program_.policy;
  p.services_resolvers.add(prefix("192.0.2.53", 128));
  p.services_relays.add(prefix("192.0.2.25", 128));
  p.services_voice.add(prefix("192.0.2.60", 128));
  p.services_remediation.add(prefix("192.0.2.80", 128));
  p.services_portal.add(prefix("192.0.2.99", 128));
  p.services_emergency.add(prefix("2001:db8:911::", 48));
  p.services_remediation_names.add("cleaner.example");
  // Within the steps that a program has.
  p.flood_syn_per_s = 20, p.flood_udp_per_s = 20, p.flood_reply_per_s = 10;
  p.spam_relay_free = 4, p.dns_tunnel_octets = 256;
  const std::uint8_t settings = octet(), sizes = octet();
  if (settings & 1) p.fuse_max_quarantines = settings >> 6;
  if (settings & 2) p.quarantine_profile = 0;
  if (settings & 4) p.quarantine_later_max = 1;
  if (settings & 8) be_quick(p);
  if (settings & 16) p.quarantine_max_s = 100, p.quarantine_remediation_s = 60, p.quarantine_later_s = 30;
  if (settings & 32) p.conductor_epoch_ms = 10;
  if (sizes >> 4 != 0) p.quarantine_profile = (sizes >> 4) % 6;
  program_.limits = {.accounts = 16, .bindings = 64, .events = 1024};
  program_.limits.counted_names = 64;  // an ensemble is made several times for each program
  if (sizes & 1) program_.limits.accounts = 2, program_.roomy = false;
  if (sizes & 2) program_.limits.bindings = 3, program_.roomy = false;
  program_.seed = {word()};
  program_.feed = small_feed(program_.seed);
  program_.cuts = word();
  now_ = sizes & 4 ? Timestamp{0} : Timestamp{1'167'609'600 * kNsPerSecond};
  if (sizes & 8) return;  // nobody is bound yet
  for (std::uint32_t account = 1; account <= 4; ++account)
    for (const bool v6 : {false, true}) {
      Command c = make(CommandKind::bind, account);
      c.prefix = network(home(account, v6), v6 ? 56 : 128);
      if (account % 2 != 0) c.line = make_line(7, static_cast<std::uint16_t>(account), 0);
      tell(c);
    }
}

void Reader::be_quick(Policy& p) {
  for (double Policy::*per_day :
       {&Policy::scan_observations_per_day, &Policy::spam_observations_per_day, &Policy::dns_observations_per_day,
        &Policy::flood_observations_per_day, &Policy::login_observations_per_day, &Policy::c2_observations_per_day,
        &Policy::report_observations_per_day})
    p.*per_day = 10;
  p.evidence_false_quarantines_per_day = 0.18, p.evidence_probation_false_quarantines_per_day = 1;
  p.evidence_prior = 0.05, p.evidence_probation_prior = 0.2;
  p.evidence_quarantine = 0.9, p.evidence_notify = 0.5;
  p.memory_window_s = 60, p.quarantine_business_grace_s = 30, p.quarantine_history_s = 120;
  p.quarantine_notice_one_in = 2, p.dns_popular_accounts = 2, p.dns_popular_share = 0;
}

void Reader::tell(Command c) {
  // The seam wants commands before the packets of the same instant.
  if (packet_at_now_) now_ = now_ + Duration{1}, packet_at_now_ = false;
  c.at = now_;
  program_.steps.push_back({.at = now_, .is_command = true, .command = c, .frame = {}});
}

void Reader::send(Octets frame, Direction direction) {
  packet_at_now_ = true;
  last_ = frame, last_direction_ = direction;
  program_.steps.push_back(
      {.at = now_, .is_command = false, .command = {}, .frame = std::move(frame), .direction = direction});
}

void Reader::wait(std::uint8_t how) {
  const Duration d = kWaits[how % std::size(kWaits)];
  if (d.ns != 0) packet_at_now_ = false;
  now_ = now_ + d;
}

IpAddress Reader::far(std::uint8_t value, bool v6) {
  if (v6) return value < 4 ? address("2001:db8:911::1") : IpAddress{0x2001'0db8'ffff'0000ULL | (value >> 4), value};
  if (value < 6) return IpAddress::v4(0xc000'0200U | std::array{53U, 25U, 60U, 80U, 99U, 1U}[value]);
  return IpAddress::v4(0xc633'6400U | value);
}

Reader::Memory& Reader::connect(std::uint32_t who, std::uint8_t to, std::uint16_t port, bool v6, bool foreign_line,
                                bool worm) {
  ++ports_used_;
  const Flow flow{home(who, v6), far(to, v6), static_cast<std::uint16_t>(40000 + ports_used_), port};
  const std::uint32_t isn =
      worm && !v6 ? flow.destination.as_v4() : 1000U * ports_used_ + 0xffff'0000U;  // crosses zero early
  send(tcp_frame(flow, kSyn, isn, 0, {}, line_of(foreign_line ? who + 1 : who)), Direction::upstream);
  return remember({flow, who, isn + 1, 5000U * ports_used_});
}

void Reader::answer(Memory& m, std::uint8_t how) {
  const std::uint32_t isn = m.server_next++;
  const std::uint32_t acknowledged = how & 1 ? m.client_next + how : m.client_next;
  send(tcp_frame(m.flow.reversed(), kSyn | kAck, isn, acknowledged), Direction::downstream);
}

void Reader::server_says(Memory& m, std::string_view text, std::uint8_t how) {
  const std::uint8_t flags = static_cast<std::uint8_t>(kAck | (how & 1 ? kFin : 0) | (how & 2 ? kRst : 0));
  const std::uint32_t skew = how & 4 ? how : 0;
  send(tcp_frame(m.flow.reversed(), flags, m.server_next + skew, m.client_next + (how & 8 ? how : 0), text),
       Direction::downstream);
  m.server_next += static_cast<std::uint32_t>(text.size());
}

void Reader::client_says(Memory& m, std::string_view text, std::uint8_t how) {
  const std::uint8_t flags =
      static_cast<std::uint8_t>((how & 1 ? 0 : kAck) | (how & 2 ? kFin : 0) | (how & 4 ? kRst : 0));
  send(tcp_frame(m.flow, flags, m.client_next, m.server_next, text, line_of(m.account)), Direction::upstream);
  m.client_next += static_cast<std::uint32_t>(text.size()) + (how & 2 ? 1 : 0);
}

}  // namespace lazaret::fuzz
