#include "tests/datapath/synthetic_run.hpp"

#include <algorithm>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "core/ensemble.hpp"
#include "scenarios/run_directory.hpp"
#include "scenarios/scenario.hpp"
#include "tests/core/frames.hpp"

namespace lazaret {
namespace {

using namespace frames;

struct Frame {
  Timestamp at;
  Direction direction;
  Octets octets;
};

/// Draws the stream; the same seed, the same stream, on every machine (no library distributions).
class Stream {
 public:
  explicit Stream(const SyntheticRun& plan) : plan_(plan), random_(plan.seed) {
    for (std::uint32_t a = 1; a <= plan.accounts; ++a) {
      lease(Timestamp{}, a, v4_of(a));
      if (dual(a)) lease(Timestamp{}, a, v6_of(a), 56);
    }
    while (frames.size() < plan.packets) converse();
    for (std::uint32_t a = 1; a <= plan.accounts; a += 5) {  // the address moves to the neighbour, and back
      lease(moment(), a + 1, v4_of(a));
      lease(moment(), a, v4_of(a));
    }
    for (std::uint32_t a = 3; a <= plan.accounts; a += 5) {  // a line goes through three hands, on two nodes
      for (const std::uint32_t hand : {a, a + 1, a + 2, a}) lease(moment(), hand, v4_of(hand), 128, line_of(a));
      for (const std::uint32_t hand : {a, a + 1, a + 2}) lease(moment(), hand, v4_of(hand));  // and no line again
    }
    for (std::uint32_t a = 1; a <= plan.accounts; ++a) {
      for (const Choice choice : {Choice::later, Choice::already, Choice::now}) {
        Command c;
        c.at = moment(), c.kind = CommandKind::choose, c.choice = choice, c.account = {a};
        commands.push_back(c);
      }
    }
    for (const CommandKind kind :
         {CommandKind::reset_fuse, CommandKind::stop_enforcement, CommandKind::resume_enforcement}) {
      Command c;
      c.at =
          Timestamp{} + seconds(plan.duration_s / 2) + milliseconds(kind == CommandKind::resume_enforcement ? 2500 : 0);
      c.kind = kind;
      commands.push_back(c);
    }
    const auto earlier = [](const auto& x, const auto& y) { return x.at < y.at; };
    std::stable_sort(frames.begin(), frames.end(), earlier);
    std::stable_sort(commands.begin(), commands.end(), earlier);
  }

  std::vector<Frame> frames;
  std::vector<Command> commands;

 private:
  std::uint32_t draw(std::uint32_t below) { return static_cast<std::uint32_t>(random_() % below); }
  static bool dual(std::uint32_t account) { return account % 2 == 0; }
  static IpAddress v4_of(std::uint32_t account) { return IpAddress::v4(0x0a400000U + account); }
  static IpAddress v6_of(std::uint32_t account) { return {0x20010db800000000ULL | std::uint64_t{account} << 8, 0}; }
  Timestamp moment() { return Timestamp{} + milliseconds(1 + draw(plan_.duration_s * 1000 - 2000)); }

  static LineId line_of(std::uint32_t account) {
    return make_line(static_cast<std::uint16_t>(1 + account % 2), static_cast<std::uint16_t>(account), 0);
  }

  void lease(Timestamp at, std::uint32_t account, IpAddress address, unsigned length = 128, LineId line = {}) {
    Command c;
    c.at = at, c.account = {account}, c.prefix = {address, static_cast<std::uint8_t>(length)}, c.line = line;
    commands.push_back(c);
  }

  /// Several frames of one conversation share a millisecond as often as not.
  void say(Timestamp& at, Direction direction, Octets frame) {
    frames.push_back({at, direction, std::move(frame)});
    if (draw(2) == 0) at = at + milliseconds(draw(30));
  }

  void converse() {
    const std::uint32_t account = 1 + draw(plan_.accounts);
    const bool v6 = dual(account) && draw(2) == 0;
    IpAddress own = v6 ? v6_of(account) : v4_of(account);
    if (v6) own.low = 1 + draw(3);
    const IpAddress peer =
        v6 ? IpAddress{0x20010db8ffff0000ULL + draw(5000), draw(4)} : IpAddress::v4(0xcb000000U + draw(1 << 20));
    static constexpr std::uint16_t kUsual[] = {80, 443, 110, 53, 25, 6881, 23};
    std::uint16_t port = kUsual[draw(7)];
    if (account % 4 == 1) port = draw(4) == 0 ? port : 23;  // scanners
    if (account % 4 == 2) port = draw(4) == 0 ? port : 25;  // spam bots
    const Flow flow{own, peer, static_cast<std::uint16_t>(1024 + draw(60000)), port};
    Timestamp at = moment();
    if (port == 53 && draw(2) == 0) {  // the same few names fail for everybody
      const std::string name = "www" + std::to_string(draw(3)) + ".gone" + std::to_string(draw(6)) + ".com";
      say(at, Direction::upstream, udp_frame(flow, dns({.name = name})));
      return say(at, Direction::downstream,
                 udp_frame(flow.reversed(), dns({.name = name, .response = true, .rcode = 3})));
    }
    if (port == 53) {
      say(at, Direction::upstream,
          udp_frame(flow, dns({.name = "mx" + std::to_string(draw(50)) + ".example", .type = 15})));
      return;
    }
    if (port == 443 && draw(3) == 0) return say(at, Direction::upstream, udp_frame(flow, octets("quic")));
    const std::uint32_t isn = draw(1U << 31);
    const std::uint32_t lined = 3 + 5 * draw(plan_.accounts / 5 + 1);  // now and then by the line of whoever has it
    const Access access = draw(6) == 0 ? Access{.s_vlan = static_cast<std::uint16_t>(1 + lined % 2),
                                                .c_vlan = static_cast<std::uint16_t>(lined)}
                                       : Access{};
    say(at, Direction::upstream, tcp_frame(flow, kSyn, isn, 0, {}, access));
    if (port == 23 || draw(4) == 0) {
      if (draw(3) == 0) return;  // nobody answers
      if (draw(10) > 0) return say(at, Direction::downstream, tcp_frame(flow.reversed(), kRst | kAck, 0, isn + 1));
    }
    const Direction answers = port == 80 && draw(4) == 0 ? Direction::from_garden : Direction::downstream;
    say(at, answers, tcp_frame(flow.reversed(), kSyn | kAck, 700, isn + 1));
    say(at, Direction::upstream, tcp_frame(flow, kAck, isn + 1, 701));
    if (port != 25)
      return say(at, answers, tcp_frame(flow.reversed(), kAck, 701, isn + 1, std::string(draw(1200), 'w')));
    std::uint32_t server = 701, client = isn + 1;
    for (std::string reply : {"220 mx\r\n", "250 hi\r\n", draw(3) == 0 ? "250 ok\r\n" : "550 5.7.1 listed\r\n",
                              "354 go\r\n", "250 queued\r\n"}) {
      say(at, Direction::downstream, tcp_frame(flow.reversed(), kAck | kPsh, server, client, reply));
      server += static_cast<std::uint32_t>(reply.size());
      say(at, Direction::upstream, tcp_frame(flow, kAck | kPsh, client, server, "LINE\r\n"));
      client += 6;
    }
  }

  const SyntheticRun& plan_;
  std::mt19937_64 random_;
};

}  // namespace

SyntheticSummary write_synthetic_run(const std::filesystem::path& directory, const SyntheticRun& plan) {
  Scenario scenario;
  scenario.name = "synthetic";
  scenario.title = "A random stream";
  scenario.seed = plan.seed;
  scenario.duration_s = plan.duration_s;
  scenario.policy.fuse_max_quarantines = plan.fuse_max_quarantines;
  scenario.policy.fuse_retry_s = 10;
  scenario.policy.dns_popular_accounts = 4;
  scenario.policy.quarantine_later_s = 5;
  scenario.policy.quarantine_probation_s = 20;
  Manifest manifest;
  manifest.scenario = scenario.name;
  manifest.world = "test";
  manifest.seed = plan.seed;
  auto created = RunWriter::create(directory, scenario, manifest);
  if (auto* problem = std::get_if<Problem>(&created)) throw std::runtime_error(problem->message);
  RunWriter& run = std::get<RunWriter>(created);

  const Stream stream(plan);
  SyntheticSummary summary;
  Ensemble ensemble(scenario.policy, manifest.limits, Seed{manifest.seed}, 1);
  const auto note = [&](const EnsembleOutcome& o) {
    for (const Command& c : o.decided) {
      run.command(c);
      ++summary.commands_decided;
      summary.popular += c.kind == CommandKind::popular;
    }
    for (const Event& e : o.events) {
      run.event(e);
      ++summary.events;
      summary.quarantined += e.kind == EventKind::quarantined;
      summary.held += e.kind == EventKind::quarantine_held;
      summary.stopped += e.kind == EventKind::enforcement_stopped;
      summary.node_joined += e.kind == EventKind::node_joined;
    }
  };
  auto next = stream.commands.begin();
  const auto obey_until = [&](Timestamp at) {
    for (; next != stream.commands.end() && next->at <= at; ++next) {
      note(ensemble.process({next->at, {}, {&*next, 1}}));
      run.command(*next);
    }
  };
  for (const Frame& frame : stream.frames) {
    obey_until(frame.at);
    const std::span<const std::uint8_t> octets =
        std::span(frame.octets).first(std::min(frame.octets.size(), kJudgedOctets));
    const PacketView view{frame.at, octets, static_cast<std::uint32_t>(frame.octets.size()), frame.direction};
    const EnsembleOutcome o = ensemble.process({frame.at, {&view, 1}, {}});
    note(o);
    run.packet(view, o.verdicts[0]);
    ++summary.packets;
    summary.rejected += o.verdicts[0].action == Action::reject;
    summary.gardened += o.verdicts[0].action == Action::garden;
  }
  const Timestamp end = Timestamp{} + seconds(plan.duration_s);
  obey_until(end);
  note(ensemble.finish(end));
  const auto finished = run.finish(end, ensemble.counters(), {});
  if (const auto* problem = std::get_if<Problem>(&finished)) throw std::runtime_error(problem->message);
  return summary;
}

}  // namespace lazaret
