#include "cli/bench/datapath_lanes.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <string>
#include <utility>

#include "datapath/eal.hpp"
#include "datapath/null_wire.hpp"

namespace lazaret::bench {
namespace {

static_assert(bench::kBurst == lazaret::kBurst);

constexpr unsigned kLoops = 3;  // macswap, floor, engine

/// What a worker's port brings. Each loop walks the stream at its own pace: a reply has its request before it.
struct Feed {
  const Stream* stream = nullptr;
  std::array<std::uint64_t, kLoops> next{};
  unsigned loop = 0;

  void make(std::span<NullWire::Slot> slots) {
    for (NullWire::Slot& slot : slots) {
      const Arrival arrival = stream->receive(next[loop]++, slot.octets);
      slot = {slot.octets, arrival.held, arrival.wire_length, arrival.direction};
    }
  }
};

}  // namespace

/// A worker with everything that it alone touches.
struct DatapathLanes::Lane {
  Lane(std::uint32_t accounts_of_it, unsigned percent, ControlLink l)
      : accounts(accounts_of_it), link(std::move(l)), floor(accounts_of_it) {
    Subject subject(accounts);
    subject.quarantine(percent);
    begins = subject.now();
    engine.emplace(std::move(subject).take());
  }

  std::uint32_t accounts;
  ControlLink link;
  Floor floor;
  Feed feed;
  Timestamp begins;
  std::optional<Engine> engine;  ///< until the worker has it
  std::optional<Worker> worker;

  /// The control core's part: takes what the worker reports.
  void listen() {
    std::array<Notice, 64> notices;
    while (link.receive_notices(notices) > 0) {
    }
  }
};

struct DatapathLanes::Parts {
  std::deque<Lane> lanes;
  std::optional<NullWire> wire;

  ~Parts() {
    for (Lane& lane : lanes) lane.worker.reset();
  }
};

DatapathLanes::DatapathLanes(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
DatapathLanes::~DatapathLanes() = default;

std::variant<std::unique_ptr<DatapathLanes>, Problem> DatapathLanes::create(std::uint32_t accounts, unsigned percent,
                                                                            unsigned workers) {
  auto parts = std::make_unique<Parts>();
  std::vector<NullWire::Maker> makers;
  for (unsigned w = 0; w < workers; ++w) {
    auto link = ControlLink::create("bench" + std::to_string(w), {});
    if (auto* problem = std::get_if<Problem>(&link)) return *problem;
    Lane& lane = parts->lanes.emplace_back(accounts / workers, percent, std::move(std::get<ControlLink>(link)));
    makers.push_back([&lane](std::span<NullWire::Slot> slots) { lane.feed.make(slots); });
  }
  auto wire = NullWire::create(std::move(makers));
  if (auto* problem = std::get_if<Problem>(&wire)) return *problem;
  parts->wire.emplace(std::move(std::get<NullWire>(wire)));
  for (unsigned w = 0; w < workers; ++w) {
    Lane& lane = parts->lanes[w];
    lane.worker.emplace(std::move(*lane.engine), parts->wire->wiring(w), lane.link, TscClock(lane.begins));
    lane.engine.reset();
  }
  return std::unique_ptr<DatapathLanes>(new DatapathLanes(std::move(parts)));
}

std::optional<DatapathFigures> DatapathLanes::measure(Kind kind, const Settings& settings,
                                                      const std::function<bool()>& go_on) {
  const std::size_t workers = parts_->lanes.size();
  NullWire& wire = *parts_->wire;
  const CacheMisses misses;
  std::deque<Stream> streams;
  std::vector<std::array<Bursts, kLoops>> loops(workers);
  for (unsigned w = 0; w < workers; ++w) {
    Lane& lane = parts_->lanes[w];
    lane.feed.stream = &streams.emplace_back(kind, lane.accounts);
    lane.feed.next.fill(kFirstPacket);
    loops[w] = {[&wire, &lane, w](unsigned count) {
                  lane.feed.loop = 0;
                  for (unsigned i = 0; i < count; ++i) wire.forward(w);
                },
                [&wire, &lane, w](unsigned count) {
                  lane.feed.loop = 1;
                  const auto touch = [&lane](std::span<const PacketView> p) { lane.floor.touch(p, lane.feed.next[1]); };
                  for (unsigned i = 0; i < count; ++i) wire.forward(w, touch);
                },
                [&lane](unsigned count) {
                  lane.feed.loop = 2;
                  for (unsigned i = 0; i < count; ++i) static_cast<void>(lane.worker->poll());
                  lane.listen();
                }};
  }
  // One loop on all workers at once; this thread is the first.
  const auto together = [&](unsigned loop, double ms) {
    std::vector<Chunk> chunks(workers);
    std::vector<std::function<void()>> work(workers);
    for (unsigned w = 0; w < workers; ++w) work[w] = [&, w] { chunks[w] = bench::measure(loops[w][loop], ms, misses); };
    {
      std::deque<AtWork> others;
      for (unsigned w = 1; w < workers; ++w) others.emplace_back(w, work[w]);
      work[0]();
    }
    return chunks;
  };
  // Every reply has its request before it.
  for (unsigned w = 0; w < workers; ++w) loops[w][2](kRepliesWithin / kBurst);

  std::vector<double> macswap, ground, engine, ratio, of_macswap, mpps, macswap_mpps;
  double disturbed = 0;
  for (unsigned turn = 0; turn < settings.repeat; ++turn) {
    if (!go_on()) return std::nullopt;
    std::array<double, kLoops> ns{}, rate{};
    for (unsigned loop = 0; loop < kLoops; ++loop) {
      for (const Chunk& chunk : together(loop, settings.chunk_ms)) {
        ns[loop] += chunk.ns / static_cast<double>(workers);
        rate[loop] += 1e3 / chunk.ns;
        disturbed = std::max(disturbed, chunk.disturbed);
      }
    }
    macswap.push_back(ns[0]), ground.push_back(ns[1]), engine.push_back(ns[2]);
    ratio.push_back(ns[2] / ns[1]), of_macswap.push_back(ns[0] / ns[2]);
    macswap_mpps.push_back(rate[0]), mpps.push_back(rate[2]);
  }
  const auto [low, high] = std::minmax_element(ratio.begin(), ratio.end());
  return DatapathFigures{.macswap_ns = median_of(macswap),
                         .floor_ns = median_of(ground),
                         .engine_ns = median_of(engine),
                         .ratio = median_of(ratio),
                         .ratio_low = *low,
                         .ratio_high = *high,
                         .of_macswap = median_of(of_macswap),
                         .disturbed = disturbed,
                         .mpps = median_of(mpps),
                         .macswap_mpps = median_of(macswap_mpps)};
}

Carried DatapathLanes::carried() const {
  Carried sum;
  for (const Lane& lane : parts_->lanes) sum += lane.worker->carried();
  return sum;
}

std::uint64_t DatapathLanes::strange() const {
  std::uint64_t sum = 0;
  for (const Lane& lane : parts_->lanes) {
    const Counters& c = lane.worker->engine().counters();
    sum += c.not_ip + c.malformed + c.unbound + c.spoofed;
  }
  return sum;
}

}  // namespace lazaret::bench
