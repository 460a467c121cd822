// The wire rendering: lanes, each run from one end of an epoch to the next by whichever thread is free, and then the
// conductor hears the events of all and answers. What is written does not depend on how many lanes or threads there are.
// Lanes are small, so that what a connection touches is still in a cache when its next packet comes.
#include <algorithm>
#include <atomic>
#include <barrier>
#include <deque>
#include <thread>
#include <tuple>

#include "core/conductor/conductor.hpp"
#include "core/routing.hpp"
#include "sim/rendering.hpp"
#include "sim/wire/lane.hpp"

namespace lazaret {
namespace {

constexpr Duration kSecond = seconds(1);

/// Lanes run until a time, as many at once as there are threads; whoever asks is one of them.
class Crew {
 public:
  Crew(std::vector<std::unique_ptr<Lane>>& lanes, std::size_t threads)
      : lanes_(lanes), start_(static_cast<std::ptrdiff_t>(threads)), done_(static_cast<std::ptrdiff_t>(threads)) {
    for (std::size_t i = 1; i < threads; ++i)
      threads_.emplace_back([this] {
        for (;;) {
          start_.arrive_and_wait();
          if (over_) return;
          work();
          done_.arrive_and_wait();
        }
      });
  }
  ~Crew() {
    over_ = true;
    start_.arrive_and_wait();
  }
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

  void run(Timestamp until) {
    until_ = until;
    next_ = 0;
    start_.arrive_and_wait();
    work();
    done_.arrive_and_wait();
  }

 private:
  void work() {
    for (std::size_t i = next_++; i < lanes_.size(); i = next_++) lanes_[i]->run(until_);
  }
  std::vector<std::unique_ptr<Lane>>& lanes_;
  std::barrier<> start_, done_;
  Timestamp until_;
  std::atomic<std::size_t> next_ = 0;
  bool over_ = false;
  std::vector<std::jthread> threads_;  // last: joined before the barriers go
};

class WireWorld : public Rendering {
 public:
  WireWorld(const Scenario& scenario, const Plan& plan, const Limits& limits, RunWriter& writer, const Gauge& gauge)
      : policy_(scenario.policy),
        looking_on_(scenario),
        writer_(writer),
        isps_(plan.isps),
        shares_(make_lanes(scenario)),
        threads_(static_cast<std::size_t>(scenario.shards)) {
    looking_on_.policy.quarantine_profile = static_cast<std::int64_t>(Profile::shadow);
    for (const LaneShare& share : shares_)
      lanes_.push_back(std::make_unique<Lane>(isps_[share.isp].acts ? scenario : looking_on_, plan, limits,
                                              std::span(plan.homes).subspan(share.first, share.homes), gauge.gate));
    for (std::size_t isp = 0; isp < isps_.size(); ++isp) {
      const auto lanes =
          std::count_if(shares_.begin(), shares_.end(), [&](const LaneShare& s) { return s.isp == isp; });
      conductors_.emplace_back((isps_[isp].acts ? scenario : looking_on_).policy,
                               together(limits, static_cast<unsigned>(lanes)));
    }
    lanes_.front()->clock().trace(gauge.trace);
  }

  unsigned lanes() const override { return static_cast<unsigned>(lanes_.size()); }
  unsigned lane_of(AccountId account) const override {
    const auto it = std::upper_bound(shares_.begin(), shares_.end(), account.value - 1,
                                     [](std::size_t home, const LaneShare& share) { return home < share.first; });
    return static_cast<unsigned>(it - shares_.begin() - 1);
  }
  Clock& clock(unsigned lane) override { return lanes_[lane]->clock(); }
  Renderer& renderer(unsigned lane) override { return *lanes_[lane]; }
  void order(unsigned lane, Command command) override {
    command.at = lanes_[lane]->clock().now() + Duration{1};
    lanes_[lane]->core().submit(command);
  }
  std::uint64_t packets() const override {
    std::uint64_t sum = 0;
    for (const auto& lane : lanes_) sum += lane->core().packets();
    return sum;
  }
  std::uint64_t events() const override {
    std::uint64_t sum = 0;
    for (const auto& lane : lanes_) sum += lane->clock().events();
    return sum;
  }
  Counters counters() const override {
    Counters sum;
    for (const auto& lane : lanes_) sum += lane->core().counters();
    return sum;
  }
  std::vector<std::uint64_t> mails_received() const override {
    std::vector<std::uint64_t> sums(isps_.size());
    for (const auto& lane : lanes_)
      for (std::size_t isp = 0; isp < sums.size(); ++isp) sums[isp] += lane->mails_received()[isp];
    return sums;
  }
  void write_passages(TruthWriter& truth) const override {
    for (const auto& lane : lanes_) lane->core().passages().write(truth);
  }

  void run(Timestamp end, const std::function<bool()>& go_on) override {
    Crew crew(lanes_, std::min(threads_, lanes_.size()));
    Timestamp second = Timestamp{0} + kSecond, boundary = epoch_end(policy_, Timestamp{0});
    for (;;) {
      const Timestamp stop = std::min(second, boundary);
      if (stop > end) break;
      crew.run({stop.ns - 1});
      if (stop == boundary) {
        close_epoch(boundary);
        boundary = epoch_end(policy_, boundary);
      }
      if (stop == second) {
        if (!go_on()) return;
        second = second + kSecond;
      }
    }
    crew.run(end);
    release();
  }

 private:
  void close_epoch(Timestamp boundary) {
    const std::vector<Event> closed = release();
    std::vector<std::vector<Event>> by_isp(isps_.size());
    for (const Event& event : closed) by_isp[isp_of(isps_, event.account)].push_back(event);
    std::vector<std::vector<Command>> for_lane(lanes_.size());
    for (std::size_t isp = 0; isp < isps_.size(); ++isp) {
      if (by_isp[isp].empty()) continue;
      const Conductor::Answer answer = conductors_[isp].step(boundary, by_isp[isp]);
      said_.insert(said_.end(), answer.events.begin(), answer.events.end());
      for (const Command& command : answer.commands) {
        writer_.command(command);
        for (std::size_t lane = 0; lane < lanes_.size(); ++lane)
          if (shares_[lane].isp == isp && (concerns_all(command.kind) || lane == lane_of(command.account)))
            for_lane[lane].push_back(command);
      }
    }
    for (std::size_t lane = 0; lane < lanes_.size(); ++lane) lanes_[lane]->core().obey(for_lane[lane]);
  }

  /// The epoch's packets, commands and events go to the run directory, in an order that does not depend on the lanes;
  /// those of accounts come back for the conductor.
  std::vector<Event> release() {
    write_packets();
    std::vector<Command> commands;
    std::vector<Event> events = std::move(said_), of_accounts;
    said_.clear();
    for (const auto& lane : lanes_) {
      LaneCore& core = lane->core();
      commands.insert(commands.end(), core.handed.begin(), core.handed.end());
      events.insert(events.end(), core.events.begin(), core.events.end());
      core.handed.clear();
      core.events.clear();
    }
    std::stable_sort(commands.begin(), commands.end(), [](const Command& a, const Command& b) {
      return std::tie(a.at, a.account.value) < std::tie(b.at, b.account.value);
    });
    for (const Command& command : commands) writer_.command(command);
    std::sort(events.begin(), events.end(), in_canonical_order);
    for (const Event& event : events) writer_.event(event);
    std::copy_if(events.begin(), events.end(), std::back_inserter(of_accounts),
                 [](const Event& e) { return e.account != kNobody; });
    return of_accounts;
  }

  void write_packets() {
    struct Ref {
      const LaneCore* core;
      const LaneCore::Kept* kept;
    };
    std::vector<Ref> all;
    for (const auto& lane : lanes_)
      for (const LaneCore::Kept& kept : lane->core().kept) all.push_back({&lane->core(), &kept});
    std::stable_sort(all.begin(), all.end(), [](const Ref& a, const Ref& b) {
      return std::tie(a.kept->at, a.kept->account) < std::tie(b.kept->at, b.kept->account);
    });
    for (const Ref& r : all)
      writer_.packet({r.kept->at, std::span(r.core->octets).subspan(r.kept->from, r.kept->length), r.kept->wire_length,
                      r.kept->direction},
                     r.kept->verdict);
    for (const auto& lane : lanes_) {
      lane->core().kept.clear();
      lane->core().octets.clear();
    }
  }

  const Policy& policy_;
  Scenario looking_on_;  ///< the same, for ISPs that do not act
  RunWriter& writer_;
  const std::vector<IspShare>& isps_;
  std::vector<LaneShare> shares_;
  std::size_t threads_;
  std::deque<Conductor> conductors_;  ///< one an ISP
  std::vector<std::unique_ptr<Lane>> lanes_;
  std::vector<Event> said_;  ///< the conductors' events of the boundary that opened the present epoch
};

}  // namespace

unsigned wire_lanes(const Scenario& scenario) { return static_cast<unsigned>(make_lanes(scenario).size()); }

std::unique_ptr<Rendering> make_wire(const Scenario& scenario, const Plan& plan, const Limits& limits,
                                     RunWriter& writer, const Gauge& gauge) {
  return std::make_unique<WireWorld>(scenario, plan, limits, writer, gauge);
}

}  // namespace lazaret
