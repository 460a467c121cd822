// A little world for core tests: one account or more behind an ensemble, and the protocol exchanges they have.
// Ownership: values. Threads: one.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/ensemble.hpp"
#include "tests/core/frames.hpp"

namespace lazaret::story {

inline constexpr AccountId kAlice{1}, kBob{2};

/// Keeps time, sends frames one by one, remembers every event.
class World {
 public:
  explicit World(const Policy& policy = {}, unsigned shards = 1) : ensemble_(policy, Limits{}, Seed{1}, shards) {}

  void command(CommandKind kind, AccountId account, Choice choice = Choice::none) {
    give({.at = now, .kind = kind, .choice = choice, .account = account, .prefix = {}, .line = {}});
  }
  void classify(AccountId account, AccountClass as) {
    Command c{.at = now, .kind = CommandKind::classify, .account = account, .prefix = {}, .line = {}};
    c.account_class = as;
    give(c);
  }
  void bind(AccountId account, std::string_view address, LineId line = {}) {
    Command c;
    c.at = now;
    c.account = account;
    c.prefix = {frames::address(address), 128};
    c.line = line;
    give(c);
  }
  Verdict up(const frames::Octets& frame) { return packet(frame, Direction::upstream); }
  Verdict down(const frames::Octets& frame) { return packet(frame, Direction::downstream); }
  Verdict packet(const frames::Octets& frame, Direction direction) {
    const PacketView view{now, frame, static_cast<std::uint32_t>(frame.size()), direction};
    const EnsembleOutcome o = ensemble_.process({now, {&view, 1}, {}});
    note(o);
    return o.verdicts[0];
  }
  void wait(double s) {
    now.ns += static_cast<std::int64_t>(s * 1e9);
    note(ensemble_.process({now, {}, {}}));
  }
  [[nodiscard]] State state(AccountId a) const { return ensemble_.status(a, now).state; }
  [[nodiscard]] AccountStatus status(AccountId a) const { return ensemble_.status(a, now); }
  [[nodiscard]] Counters counters() const { return ensemble_.counters(); }
  [[nodiscard]] double score(AccountId a, Channel c) const {
    return static_cast<double>(status(a).scores[static_cast<unsigned>(c)]) / static_cast<double>(kNat);
  }
  [[nodiscard]] long count(EventKind kind) const {
    return std::count_if(events.begin(), events.end(), [kind](const Event& e) { return e.kind == kind; });
  }
  /// The latest event of that kind; throws, and so fails the test, when there is none.
  [[nodiscard]] Event last(EventKind kind) const {
    const auto e = std::find_if(events.rbegin(), events.rend(), [kind](const Event& x) { return x.kind == kind; });
    return events.at(static_cast<std::size_t>(events.rend() - e) - 1);
  }

  Timestamp now = Timestamp{} + seconds(100);
  std::vector<Event> events;

 private:
  void give(const Command& c) { note(ensemble_.process({now, {}, {&c, 1}})); }
  void note(const EnsembleOutcome& o) { events.insert(events.end(), o.events.begin(), o.events.end()); }

  Ensemble ensemble_;
};

enum class Answer { silence, syn_ack, reset, unreachable };

/// One account at its keyboard.
class Line {
 public:
  Line(World& world, AccountId account, std::string_view own) : world_(world), own_(frames::address(own)) {
    world.bind(account, own);
  }
  /// A first packet from somewhere, so that the core knows it can see answers.
  void hear() {
    world_.down(frames::udp_frame({frames::address("198.51.100.53"), own_, 53, 5000}, frames::octets("x")));
  }
  /// Opens a TCP connection, answered as told; returns the SYN's verdict.
  Verdict contact(IpAddress to, std::uint16_t port, Answer answer) {
    const frames::Flow f = flow(to, port);
    const Verdict v = world_.up(frames::tcp_frame(f, kSyn, isn_, 0));
    if (v.action != Action::pass) return v;
    if (answer == Answer::syn_ack) world_.down(frames::tcp_frame(f.reversed(), kSyn | kAck, 777, isn_ + 1));
    if (answer == Answer::reset) world_.down(frames::tcp_frame(f.reversed(), kRst | kAck, 0, isn_ + 1));
    if (answer == Answer::unreachable) world_.down(frames::unreachable_frame(frames::address("198.51.100.1"), f, isn_));
    return v;
  }
  /// A whole SMTP session: the server's replies, each to one line of the client's. True when the SYN went through.
  bool mail(IpAddress to, const std::vector<std::string>& replies, std::uint16_t port = 25) {
    const frames::Flow f = flow(to, port);
    if (world_.up(frames::tcp_frame(f, kSyn, isn_, 0)).action != Action::pass) return false;
    std::uint32_t client = isn_ + 1, server = 9000;
    world_.down(frames::tcp_frame(f.reversed(), kSyn | kAck, server++, client));
    world_.up(frames::tcp_frame(f, kAck, client, server));
    for (const std::string& reply : replies) {
      world_.down(frames::tcp_frame(f.reversed(), kAck | kPsh, server, client, reply + "\r\n"));
      server += static_cast<std::uint32_t>(reply.size() + 2);
      world_.up(frames::tcp_frame(f, kAck | kPsh, client, server, "LINE\r\n"));
      client += 6;
    }
    world_.up(frames::tcp_frame(f, kFin | kAck, client, server));
    return true;
  }
  frames::Flow flow(IpAddress to, std::uint16_t port) {
    isn_ += 100000;
    return {own_, to, ++source_port_, port};
  }
  [[nodiscard]] std::uint32_t isn() const { return isn_; }
  [[nodiscard]] IpAddress own() const { return own_; }

 private:
  World& world_;
  IpAddress own_;
  std::uint16_t source_port_ = 40000;
  std::uint32_t isn_ = 5;
};

/// Distinct hosts in distinct /24s.
inline IpAddress host(unsigned n) { return IpAddress::v4(0xcb000000U + (n << 8) + 7); }

inline const std::vector<std::string> kAccepted = {"220 mx", "250 hello", "250 ok",
                                                   "250 ok", "354 go on", "250 queued"};
inline const std::vector<std::string> kRejected = {"220 mx", "250 hello", "250 ok", "550 5.7.1 listed"};

/// Scans telnet until quarantined; returns how many first contacts that took (0: not within `most`).
inline unsigned scan_until_quarantined(World& w, Line& line, AccountId account, unsigned from = 0,
                                       unsigned most = 200) {
  for (unsigned n = 1; n <= most; ++n) {
    line.contact(host(from + n), 23, Answer::reset);
    w.wait(1.1);
    if (w.state(account) == State::quarantined) return n;
  }
  return 0;
}

}  // namespace lazaret::story
