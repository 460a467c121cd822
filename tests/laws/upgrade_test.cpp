// Upgrade: a snapshot of each version, kept in tests/golden/snapshot_vN.txt with the policy that it was made under and all
// that came after it, loads and goes on to the same verdicts, decisions and events for ever.
//
// When a version 3 comes: the stories and files of the others stay as they are, for restore() must still read them. Beside
// them stands a snapshot_v3.txt, made by a story that shows what is new: delete the file, run the test, keep what it
// prints. Only a wanted change of what follows from a kept state (docs/semantics.md) may move the lines behind the snapshot,
// and its commit says why.
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "core/ensemble.hpp"
#include "tests/core/brief_messages.hpp"
#include "tests/core/frames.hpp"
#include "tests/laws/streams.hpp"

namespace lazaret::laws {
namespace {

using frames::Flow;
using frames::Octets;

constexpr Limits kLimits{.accounts = 16, .bindings = 32, .events = 1024, .names_per_account = 3};
constexpr Seed kSeed{20'261'124};
constexpr unsigned kShards = 2;
constexpr int kNewest = 2;  ///< of the versions
std::string file_of(int version) {
  return std::string(LAZARET_SOURCE_DIR) + "/tests/golden/snapshot_v" + std::to_string(version) + ".txt";
}

/// What the lists of the policy are; its numbers stand in the file.
void add_lists(Policy& p) {
  (void)p.services_resolvers.add({frames::address("198.51.100.53"), 128});
  (void)p.services_relays.add({frames::address("198.51.100.25"), 128});
  (void)p.services_voice.add({frames::address("198.51.100.60"), 128});
  (void)p.services_remediation_names.add("clean.example");
}

Policy story_policy() {
  Policy p;
  add_lists(p);
  p.quarantine_profile = static_cast<std::int64_t>(Profile::strict);
  p.fuse_max_quarantines = 1, p.fuse_interval_s = 600, p.fuse_retry_s = 30;
  p.dns_popular_accounts = 2, p.dns_popular_share = 0;
  p.quarantine_later_s = 120, p.quarantine_probation_s = 300, p.quarantine_business_grace_s = 60;
  p.quarantine_max_s = 3600, p.quarantine_remediation_s = 200;
  p.memory_window_s = 600;
  return p;
}

/// Six subscribers on two nodes, told twice: until something of everything is under way, and how that ends.
class Story {
 public:
  Story(Ensemble& ensemble, int version) : ensemble_(ensemble), version_(version) {}

  std::ostringstream text;  ///< a line for each verdict, decision and event

  void before() {
    before_1();
    if (version_ >= 2) before_2();
  }
  void after() {
    text.str("");
    if (version_ >= 2) after_2();
    after_1();
  }
  /// The time at which before() ended: what a restored ensemble's story begins with.
  void begin_after(const Story& told) {
    now_ = told.now_, mail_ = told.mail_, login_ = told.login_, pending_ = told.pending_, asked_ = told.asked_;
    source_port_ = told.source_port_;
  }

 private:
  void before_1() {
    now_ = Timestamp{} + seconds(1'000'000);
    for (std::uint32_t a = 1; a <= 6; ++a) {
      Command c = of(CommandKind::bind, a);
      c.line = make_line(static_cast<std::uint16_t>(a % 2 + 7), static_cast<std::uint16_t>(a), 0);
      c.prefix = {own(a), 128};
      tell(c);
      c.prefix = {{0x2001'0db8'0000'0000ULL + (std::uint64_t{a} << 8), 0}, 56};
      tell(c);
      down(frames::udp_frame({host(1), own(a), 4000, 4000}, {1}));
    }
    classify(3, AccountClass::business), classify(4, AccountClass::vulnerable);
    for (unsigned n = 0; n < 20; ++n) contact(1, host(100 + n), 445, true);  // proposed, approved
    wait(3), choose(1, Choice::later);
    tell(of(CommandKind::operator_quarantine, 5)), choose(5, Choice::already);  // on probation
    for (const std::uint32_t a : {3U, 4U}) convict(a);                          // told first; asked about
    wait(3), convict(2), wait(3);                                               // the fuse blows
    for (const std::uint32_t a : {5U, 6U}) name(a, "www.gone.example.org", 3);  // popular
    name(6, "t0123456789012345678901234567890123456789.tunnel.example.net", 0);
    for (unsigned n = 0; n < 5; ++n) contact(6, host(7), 8443, false), wait(20);  // a beacon's candidate
    for (unsigned n = 0; n < 3; ++n) contact(6, frames::address("198.51.100.25"), 587, false);
    up(frames::udp_frame(flow(6, host(9), 30'000), {0x80, 1}, line(6)));  // a call
    name(6, "get.clean.example", 0);                                      // learned
    mail_ = flow(2, host(25), 25), login_ = flow(6, host(23), 23);        // sessions
    for (const Flow* f : {&mail_, &login_}) {
      const std::uint32_t a = f == &mail_ ? 2 : 6;
      up(frames::tcp_frame(*f, kSyn, 99, 0, {}, line(a)));
      down(frames::tcp_frame(f->reversed(), kSyn | kAck, 499, 100));
      up(frames::tcp_frame(*f, kAck | kPsh, 100, 500, "HELO x\r\n", line(a)));
    }
    pending_ = flow(5, host(44), 23), asked_ = flow(6, frames::address("198.51.100.53"), 53);
    up(frames::tcp_frame(pending_, kSyn, 99, 0, {}, line(5)));
    contact(4, host(45), 3389, false);
    up(frames::udp_frame(asked_, frames::dns({.name = "lost.example.com"}), line(6)));
    spoof(6, 1);
  }

  void after_1() {
    now_ = now_ + milliseconds(200);
    down(frames::tcp_frame(pending_.reversed(), kRst | kAck, 0, 100));
    down(frames::tcp_frame(mail_.reversed(), kAck | kPsh, 500, 108, "550 no\r\n"));
    down(frames::tcp_frame(login_.reversed(), kAck | kPsh, 500, 108, "Login incorrect\r\n"));
    down(frames::udp_frame(asked_.reversed(), frames::brief::dns_answers({.name = "lost.example.com", .rcode = 3})));
    name(4, "www.gone.example.org", 3);  // still popular
    name(6, "t9876543210987654321098765432109876543210.tunnel.example.net", 0);
    for (unsigned n = 0; n < 6; ++n) contact(6, host(7), 8443, false), wait(20);  // a beacon now
    for (unsigned n = 0; n < 40; ++n) contact(6, frames::address("198.51.100.25"), 587, false);
    spoof(6, 1), spoof(6, 2);
    Command report = of(CommandKind::report, 6);
    report.step = 5 * kNat, report.port = 23;
    tell(report);
    convict(2), wait(2);  // held: the fuse is blown still
    tell(of(CommandKind::reset_fuse, 0)), wait(40);
    convict(2), convict(3), wait(2);  // one of them is approved
    choose(2, Choice::now), choose(3, Choice::now);
    tell(of(CommandKind::appeal, 2));
    up(frames::udp_frame(flow(6, host(9), 30'000), {0x80, 1}, line(6)));
    tell(of(CommandKind::operator_quarantine, 6));
    contact(6, host(50), 443, false), contact(6, frames::address("203.0.113.1"), 443, false);  // closed; learned
    contact(2, host(51), 25, false), contact(1, host(52), 80, false);
    wait(130), contact(1, host(53), 80, false);  // the deferral is over
    wait(500);                                   // and the probation
    choose(1, Choice::already), wait(10);
    for (std::uint32_t a = 1; a <= 6; ++a) {
      const AccountStatus s = ensemble_.status({a}, now_);
      text << "status " << a << ' ' << int(s.state) << ' ' << int(s.later_left) << ' ' << int(s.history) << ' '
           << int(s.account_class) << ' ' << s.belief;
      for (const Score score : s.scores) text << ' ' << score;
      text << '\n';
    }
    keep(ensemble_.finish(now_ + seconds(4000)));
  }
  /// A seventh fails to find a name, and once more after all that it did was forgotten: it counts once, for three at most.
  void before_2() {
    for (const std::uint32_t a : {7U, 8U}) {
      Command c = of(CommandKind::bind, a);
      c.line = make_line(static_cast<std::uint16_t>(a % 2 + 7), static_cast<std::uint16_t>(a), 0);
      c.prefix = {own(a), 128};
      tell(c);
    }
    name(7, "www.again.example", 3), classify(7, AccountClass::business), name(7, "www.again.example", 3);
    name(7, "www.second.example", 3), name(7, "www.third.example", 3), wait(2);
  }
  void after_2() {
    classify(7, AccountClass::ordinary), name(7, "www.again.example", 3), name(7, "www.fourth.example", 3);
    wait(2), name(8, "www.again.example", 3), wait(2);
  }
  static IpAddress own(std::uint32_t a) { return IpAddress::v4(0xc000'0200U + a); }
  static IpAddress host(std::uint32_t n) { return IpAddress::v4(0xcb00'0007U + (n << 8)); }
  static frames::Access line(std::uint32_t a) {
    return {.s_vlan = static_cast<std::uint16_t>(a % 2 + 7), .c_vlan = static_cast<std::uint16_t>(a)};
  }
  Flow flow(std::uint32_t a, IpAddress to, std::uint16_t port) { return {own(a), to, ++source_port_, port}; }
  static Command of(CommandKind kind, std::uint32_t a) {
    Command c;
    c.kind = kind, c.account = {a};
    return c;
  }
  void tell(Command c) {
    c.at = now_;
    keep(ensemble_.process({now_, {}, {&c, 1}}));
  }
  void choose(std::uint32_t a, Choice choice) {
    Command c = of(CommandKind::choose, a);
    c.choice = choice;
    tell(c);
  }
  void classify(std::uint32_t a, AccountClass account_class) {
    Command c = of(CommandKind::classify, a);
    c.account_class = account_class;
    tell(c);
  }
  void wait(std::int64_t s) {
    now_ = now_ + seconds(s);
    keep(ensemble_.process({now_, {}, {}}));
  }
  void send(const Octets& frame, Direction direction) {
    now_ = now_ + milliseconds(7);
    const PacketView view{now_, frame, static_cast<std::uint32_t>(frame.size()), direction};
    keep(ensemble_.process({now_, {&view, 1}, {}}));
  }
  void up(const Octets& frame) { send(frame, Direction::upstream); }
  void down(const Octets& frame) { send(frame, Direction::downstream); }
  void contact(std::uint32_t a, IpAddress to, std::uint16_t port, bool refused) {
    const Flow f = flow(a, to, port);
    up(frames::tcp_frame(f, kSyn, 99, 0, {}, line(a)));
    if (refused) down(frames::tcp_frame(f.reversed(), kRst | kAck, 0, 100));
  }
  /// Enough by two families.
  void convict(std::uint32_t a) {
    Command c = of(CommandKind::report, a);
    c.step = 6 * kNat;
    tell(c), tell(c);
    const IpAddress to = host(1000 + source_port_);
    up(frames::tcp_frame(flow(a, to, 81), kSyn, to.as_v4(), 0, {}, line(a)));
  }
  void name(std::uint32_t a, std::string_view name, std::uint8_t rcode) {
    const Flow f = flow(a, frames::address("198.51.100.53"), 53);
    up(frames::udp_frame(f, frames::dns({.name = name}), line(a)));
    frames::brief::DnsAnswers answer{.name = name, .rcode = rcode};
    if (rcode == 0) answer.records = {{frames::address("203.0.113.1"), 86400}};
    down(frames::udp_frame(f.reversed(), frames::brief::dns_answers(answer)));
  }
  void spoof(std::uint32_t a, std::uint32_t victim) {
    Flow f = flow(victim, host(77), 80);
    up(frames::tcp_frame(f, kSyn, 1, 0, {}, line(a)));
  }
  void keep(const EnsembleOutcome& o) {
    for (const Verdict& v : o.verdicts)
      text << "verdict " << int(v.action) << ' ' << int(v.rule) << ' ' << v.account.value << '\n';
    for (const Command& c : o.decided)
      text << "decided " << c.at.ns << ' ' << int(c.kind) << ' ' << c.account.value << ' ' << c.key << '\n';
    for (const Event& e : o.events) {
      text << "event " << e.at.ns << ' ' << e.account.value << ' ' << e.sequence << ' ' << int(e.kind) << ' '
           << int(e.state) << ' ' << int(e.later_left) << ' ' << int(e.history) << ' ' << e.from_probation << ' '
           << e.node << ' ' << e.observed << ' ' << e.limit;
      if (e.kind == EventKind::reason)
        text << ' ' << int(e.channel) << ' ' << e.seen.first.ns << ' ' << e.seen.last.ns << ' ' << e.seen.observations
             << ' ' << e.seen.adverse << ' ' << e.seen.port << ' ' << e.seen.source_port;
      text << '\n';
    }
  }

  Ensemble& ensemble_;
  int version_;
  Timestamp now_;
  Flow mail_, login_, pending_, asked_;
  std::uint16_t source_port_ = 40'000;
};

/// What a file of tests/golden holds.
struct Golden {
  Policy policy;
  Octets snapshot;
  std::string text;  ///< what comes after it
  std::string unknown;
};

std::string hex_lines(const Octets& octets) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (std::size_t i = 0; i < octets.size(); ++i) {
    if (i % 56 == 0) out += i == 0 ? "snapshot " : "\nsnapshot ";
    out += kDigits[octets[i] >> 4], out += kDigits[octets[i] & 15];
  }
  return out + '\n';
}

void set(Policy& policy, const Parameter& row, double value) {
  if (const auto* d = std::get_if<double Policy::*>(&row.member)) policy.*(*d) = value;
  if (const auto* i = std::get_if<std::int64_t Policy::*>(&row.member)) policy.*(*i) = static_cast<std::int64_t>(value);
}

std::string policy_lines(const Policy& policy) {
  std::ostringstream out;
  out.precision(17);
  for (const Parameter& row : parameters()) {
    if (const auto* d = std::get_if<double Policy::*>(&row.member)) out << "policy " << row.name << ' ' << policy.*(*d);
    if (const auto* i = std::get_if<std::int64_t Policy::*>(&row.member))
      out << "policy " << row.name << ' ' << policy.*(*i);
    if (row.member.index() < 2) out << '\n';
  }
  return out.str();
}

Golden read_golden(int version) {
  Golden g;
  add_lists(g.policy);
  std::ifstream in(file_of(version));
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::string word, name;
    words >> word;
    if (word == "policy") {
      double value = 0;
      words >> name >> value;
      const Parameter* row = find_parameter(name);
      if (row == nullptr)
        g.unknown = name;
      else
        set(g.policy, *row, value);
    } else if (word == "snapshot") {
      words >> name;
      for (std::size_t i = 0; i + 1 < name.size(); i += 2)
        g.snapshot.push_back(static_cast<std::uint8_t>(std::stoi(name.substr(i, 2), nullptr, 16)));
    } else if (!word.empty() && word[0] != '#') {
      g.text += line + '\n';
    }
  }
  return g;
}

/// The story up to where the snapshot was made: only for what its packets were.
Story told_before(Ensemble& ensemble, int version) {
  Story story(ensemble, version);
  story.before();
  return story;
}

/// What comes after a snapshot; nothing where it is refused.
std::string after(int version, const Policy& policy, const Octets& snapshot) {
  Ensemble first(policy, kLimits, kSeed, kShards), next(policy, kLimits, kSeed, kShards);
  const Story before = told_before(first, version);
  if (next.restore(snapshot) != nullptr) return {};
  Story story(next, version);
  story.begin_after(before);
  story.after();
  return story.text.str();
}

class Upgrade : public testing::TestWithParam<int> {};

TEST_P(Upgrade, ASnapshotGoesOnAsItAlwaysDid) {
  const int version = GetParam();
  const Golden g = read_golden(version);
  if (g.snapshot.empty()) {
    const Policy policy = story_policy();
    Ensemble ensemble(policy, kLimits, kSeed, kShards);
    Story story(ensemble, version);
    story.before();
    const Octets kept = ensemble.snapshot();
    FAIL() << "no " << file_of(version) << "; it would be\n"
           << policy_lines(policy) << hex_lines(kept) << after(version, policy, kept);
  }
  EXPECT_EQ(g.unknown, "") << "a parameter of that version is gone: say here what stands for it";
  Ensemble ensemble(g.policy, kLimits, kSeed, kShards);
  ASSERT_EQ(ensemble.restore(g.snapshot), nullptr);
  EXPECT_EQ(ensemble.snapshot() == g.snapshot, version == kNewest) << "as it is written today it is another one";
  EXPECT_EQ(after(version, g.policy, g.snapshot), g.text);
  // It tells of much.
  std::set<int> kinds;
  std::istringstream lines(g.text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string word, skipped;
    int kind = -1;
    if (words >> word && word == "event" && words >> skipped >> skipped >> skipped >> kind) kinds.insert(kind);
  }
  for (const EventKind kind :
       {EventKind::reason, EventKind::notified, EventKind::operator_asked, EventKind::quarantine_proposed,
        EventKind::quarantined, EventKind::quarantine_held, EventKind::deferral_lapsed, EventKind::probation_began,
        EventKind::probation_passed, EventKind::appealed, EventKind::remediation_began, EventKind::remediation_lapsed,
        EventKind::auto_released, EventKind::name_failed, EventKind::fuse_reset, EventKind::fuse_blown})
    EXPECT_TRUE(kinds.contains(static_cast<int>(kind))) << static_cast<int>(kind);
  EXPECT_EQ(kinds.contains(static_cast<int>(EventKind::names_uncounted)), version >= 2);
}

TEST_P(Upgrade, NoticesASnapshotThatSaysSomethingElse) {
  const int version = GetParam();
  const Golden g = read_golden(version);
  ASSERT_FALSE(g.snapshot.empty());
  std::size_t other = 0;
  Dice dice(1);
  for (unsigned i = 0; i < 120; ++i) {
    Octets damaged = g.snapshot;
    damaged.at(dice.below(damaged.size())) ^= 0x11;
    other += after(version, g.policy, damaged) != g.text;
  }
  EXPECT_GT(other, 10U);
}

INSTANTIATE_TEST_SUITE_P(OfEachVersion, Upgrade, testing::Range(1, kNewest + 1));

}  // namespace
}  // namespace lazaret::laws
