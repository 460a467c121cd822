#include "datapath/replay_driver.hpp"

#include <sched.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "datapath/control.hpp"
#include "datapath/control_link.hpp"
#include "datapath/eal.hpp"
#include "datapath/ring_wire.hpp"

namespace lazaret {
namespace {

/// Notices under way to the control core: what 256 MiB can well hold for kWorkersMax workers.
constexpr unsigned kNoticesMax = 1 << 17;

/// A worker and all that leads to it.
struct Lane {
  ControlLink link;
  std::unique_ptr<Worker> worker;
  std::function<void()> loop;
  // Verdicts come back in the order in which packets were fed; this says which packets those were.
  std::array<std::uint64_t, RingWire::kWindow> index{};
  std::uint64_t fed = 0, answered = 0;
};

/// The world's commands; the conductor's are derived anew.
std::variant<std::vector<Command>, Problem> world_commands(const RunReader& run, const JournalReader& journal) {
  std::vector<Command> commands;
  for (const Command& c : journal.commands())
    if (c.issuer == Issuer::world) commands.push_back(c);
  if (!std::is_sorted(commands.begin(), commands.end(), [](const Command& a, const Command& b) { return a.at < b.at; }))
    return Problem{run.directory.string() +
                   ": commands.jsonl is not in the order of time; the file is damaged, run again"};
  if (!commands.empty() && commands.back().at > run.manifest.end)
    return Problem{run.directory.string() +
                   ": commands.jsonl goes on after the end of the run; the file is damaged, run again"};
  return commands;
}

class Replay {
 public:
  Replay(const RunReader& run, const Limits& limits, JournalReader& journal, std::vector<Command> commands,
         RingWire wire, std::vector<std::unique_ptr<Lane>> lanes)
      : run_(run), journal_(journal), commands_(std::move(commands)), wire_(std::move(wire)), lanes_(std::move(lanes)) {
    std::vector<ControlLink*> links;
    for (const auto& lane : lanes_) links.push_back(&lane->link);
    const Seed seed{run.manifest.seed};
    control_.emplace(run.scenario.policy, limits, seed, links,
                     Control::Chores{[this] { push(); }, [this] { meanwhile(); }});
    for (unsigned w = 0; w < lanes_.size(); ++w) {
      Lane& lane = *lanes_[w];
      lane.worker = std::make_unique<Worker>(run.scenario.policy, limits, seed, wire_.wiring(w), lane.link);
      lane.loop = [&worker = *lane.worker] { worker.run(true); };
    }
  }

  std::variant<DpdkReplay, Problem> run() {
    const auto began = std::chrono::steady_clock::now();
    {
      std::vector<std::unique_ptr<AtWork>> at_work;
      for (unsigned w = 0; w < lanes_.size(); ++w) at_work.push_back(std::make_unique<AtWork>(w, lanes_[w]->loop));
      feed_all();
      control_->finish(run_.manifest.end);
    }
    while (collect() > 0) {
    }
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - began;
    if (journal_.damage() != nullptr) return *journal_.damage();

    DpdkReplay result;
    result.wall_s = wall.count();
    for (const auto& lane : lanes_) {
      result.carried += lane->worker->carried();
      result.replayed.counters += lane->worker->engine().counters();
    }
    if (auto wrong = audit(result.carried)) return *wrong;
    result.replayed.verdicts = std::move(verdicts_);
    result.replayed.events = std::move(control_->events());
    result.replayed.decided = std::move(control_->decided());
    return result;
  }

 private:
  void feed_all() {
    auto next = commands_.begin();
    const auto obey = [&] {
      control_->advance(next->at);
      control_->obey(*next++);
    };
    for (auto packets = journal_.packets(kBatchMax); !packets.empty(); packets = journal_.packets(kBatchMax)) {
      for (const PacketView& packet : packets) {
        while (next != commands_.end() && next->at <= packet.at) obey();
        control_->advance(packet.at);
        feed(packet);
      }
      collect();
    }
    while (next != commands_.end()) obey();
    push();
  }

  void feed(const PacketView& packet) {
    const unsigned w = control_->assign(packet);
    Lane& lane = *lanes_[w];
    while (lane.fed - lane.answered == RingWire::kWindow) {
      wire_.flush(w);
      meanwhile();
    }
    while (!wire_.feed(w, packet)) meanwhile();
    lane.index[lane.fed++ % RingWire::kWindow] = verdicts_.size();
    verdicts_.emplace_back();
    if (lane.fed % kBurst == 0) wire_.flush(w);
  }

  void push() {
    for (unsigned w = 0; w < lanes_.size(); ++w) {
      while (!wire_.flush(w)) meanwhile();
    }
  }

  /// What workers have sent, decided and reported so far. Returns how much.
  std::size_t collect() {
    std::array<Verdict, 64> verdicts;
    std::size_t found = control_->listen();
    for (unsigned w = 0; w < lanes_.size(); ++w) {
      Lane& lane = *lanes_[w];
      for (const auto port : {RingWire::Port::access, RingWire::Port::core, RingWire::Port::garden}) {
        while (const std::size_t sent = wire_.drain(port, w)) {
          sent_ += sent;
          found += sent;
        }
      }
      while (const std::size_t count = lane.link.receive_verdicts(verdicts)) {
        for (std::size_t i = 0; i < count; ++i)
          verdicts_[lane.index[lane.answered++ % RingWire::kWindow]] = verdicts[i];
        found += count;
      }
    }
    return found;
  }

  /// While something is awaited: on one CPU nothing moves unless it is given away.
  void meanwhile() {
    if (collect() == 0) sched_yield();
  }

  /// Every packet came out as its verdict says, once.
  [[nodiscard]] std::optional<Problem> audit(const Carried& c) const {
    std::array<std::uint64_t, 4> wanted{};
    for (const Verdict& v : verdicts_) ++wanted[static_cast<std::size_t>(v.action) % wanted.size()];
    const std::array<std::uint64_t, 4> done{c.passed, c.dropped, c.answered + c.unanswered, c.gardened};
    if (c.not_sent + c.strange_port + c.notices_lost + c.verdicts_lost == 0 && wanted == done &&
        c.received == verdicts_.size() && sent_ == c.passed + c.answered + c.gardened) {
      return std::nullopt;
    }
    return Problem{"the DPDK replay lost something on its way: " + std::to_string(verdicts_.size()) + " packets fed, " +
                   std::to_string(c.received) + " received, " + std::to_string(sent_) + " sent, " +
                   std::to_string(c.not_sent) + " not sent, " + std::to_string(c.strange_port) +
                   " from no known port, " + std::to_string(c.verdicts_lost) + " verdicts and " +
                   std::to_string(c.notices_lost) + " events lost"};
  }

  const RunReader& run_;
  JournalReader& journal_;
  std::vector<Command> commands_;
  RingWire wire_;
  std::vector<std::unique_ptr<Lane>> lanes_;  // after the wire: workers go before their ports
  std::optional<Control> control_;
  std::vector<Verdict> verdicts_;
  std::uint64_t sent_ = 0;
};

}  // namespace

std::variant<DpdkReplay, Problem> replay_through_dpdk(const RunReader& run, unsigned workers) {
  if (workers < 1 || workers > kWorkersMax) {
    return Problem{"workers: " + std::to_string(workers) + " is out of range; 1 to " + std::to_string(kWorkersMax)};
  }
  auto journal = JournalReader::open(run.directory);
  if (auto* problem = std::get_if<Problem>(&journal)) return *problem;
  auto commands = world_commands(run, std::get<JournalReader>(journal));
  if (auto* problem = std::get_if<Problem>(&commands)) return *problem;
  if (auto problem = start_eal()) return *problem;
  auto wire = RingWire::create(workers, RingWire::Shape::trunk);
  if (auto* problem = std::get_if<Problem>(&wire)) return *problem;

  static unsigned replays = 0;  // ring names are process-wide
  const std::string name = "replay" + std::to_string(replays++) + "_";
  const Limits limits = run.manifest.limits_for(workers);
  std::vector<std::unique_ptr<Lane>> lanes;
  for (unsigned w = 0; w < workers; ++w) {
    ControlLink::Depths depths;
    depths.verdicts = RingWire::kWindow;
    depths.notices = std::clamp<unsigned>(2 * limits.events, depths.notices, kNoticesMax);
    auto link = ControlLink::create(name + std::to_string(w), depths);
    if (auto* problem = std::get_if<Problem>(&link)) return *problem;
    lanes.push_back(std::make_unique<Lane>(Lane{std::move(std::get<ControlLink>(link)), nullptr, {}}));
  }
  return Replay(run, limits, std::get<JournalReader>(journal), std::move(std::get<0>(commands)),
                std::move(std::get<RingWire>(wire)), std::move(lanes))
      .run();
}

}  // namespace lazaret
