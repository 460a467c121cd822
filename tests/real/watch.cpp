#include "tests/real/watch.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/ensemble.hpp"
#include "core/evidence/names.hpp"

namespace lazaret::real {
namespace {

constexpr LineId kLine = make_line(100, 7, 0);
constexpr std::size_t kAddresses = 12;  // of an Ethernet header, before the tags

std::vector<std::uint8_t> tagged(const Frame& frame) {
  constexpr std::uint8_t kTags[] = {0x88, 0xa8, 0, 100, 0x81, 0, 0, 7};
  std::vector<std::uint8_t> octets = frame.octets;
  octets.insert(octets.begin() + kAddresses, std::begin(kTags), std::end(kTags));
  return octets;
}

/// The states of an exchange that ends in its quarantine at most.
int rank(State s) {
  constexpr State kOrder[] = {State::clear, State::watched, State::notified, State::proposed, State::quarantined};
  return static_cast<int>(std::find(std::begin(kOrder), std::end(kOrder), s) - std::begin(kOrder));
}

class Watching {
 public:
  Watching(const Policy& policy, std::span<const FeedEntry> feed) : ensemble_(policy, Limits{}, kWatchSeed, 1) {
    if (feed.empty()) return;
    auto built = Feed::build(feed, {}, kWatchSeed);
    EXPECT_EQ(built.index(), 0U) << "entry " << std::get<FeedFault>(built).entry;
    ensemble_.load(std::make_shared<const Feed>(std::move(std::get<Feed>(built))));
  }

  void take(const EnsembleOutcome& outcome, Timestamp now) {
    for (const Event& e : outcome.events) {
      watched.events.push_back(e);
      if (rank(e.state) > rank(watched.worst)) watched.worst = e.state;
    }
    watched.status = ensemble_.status(kHome, now);
    for (unsigned c = 0; c < kChannels; ++c)
      watched.adverse[c] = std::max(watched.adverse[c], watched.status.seen[c].adverse);
  }
  void give(const Command& command) { take(ensemble_.process({command.at, {}, std::span(&command, 1)}), command.at); }
  void give(const PacketView& packet) { take(ensemble_.process({packet.at, std::span(&packet, 1), {}}), packet.at); }
  void finish(Timestamp end) {
    take(ensemble_.finish(end), end);
    watched.counters = ensemble_.counters();
  }

  Watched watched;

 private:
  Ensemble ensemble_;
};

std::string story(const Watched& w) {
  std::string text(name_of(w.worst));
  for (unsigned c = 0; c < kChannels; ++c)
    if (w.adverse[c] > 0)
      text += ", " + std::string(name_of(static_cast<Channel>(c))) + " " + std::to_string(w.adverse[c]) +
              " adverse, at the end " + std::to_string(static_cast<double>(w.status.scores[c]) / kNat) + " nat";
  return text;
}

}  // namespace

Watched watch(const Sidecar& home, std::span<const Frame> frames, const Policy& policy, std::span<const FeedEntry> feed,
              std::span<const Command> later) {
  Watching core(policy, feed);
  Timestamp now{frames.empty() ? 0 : frames.front().at_ns};
  Command bind;
  bind.at = now;
  bind.account = kHome;
  bind.prefix = {home.subscriber, 128};
  bind.line = kLine;
  core.give(bind);
  for (const Frame& frame : frames) {
    now = std::max(now, Timestamp{frame.at_ns});  // two processors may stamp frames in another order than they come
    const auto octets = tagged(frame);
    core.give(PacketView{now,
                         {octets.data(), std::min(octets.size(), kJudgedMost)},
                         static_cast<std::uint32_t>(octets.size()),
                         frame.sent ? Direction::upstream : Direction::downstream});
  }
  for (Command command : later) {
    command.at = now;
    core.give(command);
  }
  core.finish(epoch_end(policy, now));
  core.watched.story = story(core.watched);
  return core.watched;
}

}  // namespace lazaret::real
