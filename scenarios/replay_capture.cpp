#include "core/packet/decode.hpp"
#include "scenarios/capture.hpp"
#include "scenarios/prefix_set.hpp"
#include "scenarios/replay.hpp"
#include "scenarios/subscriber_replay.hpp"

namespace lazaret {
namespace {

/// Whose packet it is, and which way it goes.
struct Owner {
  Prefix holding;  ///< of the account
  IpAddress address;
  Direction direction = Direction::upstream;
  bool between_subscribers = false;
};

struct SubscriberRule {
  PrefixSet within;
  std::uint8_t ipv6_bits;
};

/// Reads the capture and decides which records can be judged.
class Records {
 public:
  Records(Capture capture, const SubscriberRule& rule) : capture_(std::move(capture)), rule_(rule) {}

  /// The next record that concerns a subscriber; counts all others.
  [[nodiscard]] bool next(CaptureReport& report, CaptureRecord& record, Owner& owner) {
    while (capture_.next(record)) {
      ++report.records;
      const char* const cause = record.skip != nullptr ? record.skip : judge(record, owner);
      if (cause == nullptr) return true;
      ++report.skipped[cause];
    }
    report.damage = capture_.damage();
    return false;
  }

  [[nodiscard]] std::string link_type() const { return capture_.link_type(); }

 private:
  /// The cause for which the record is skipped, or nullptr and its owner.
  const char* judge(const CaptureRecord& record, Owner& owner) const {
    const Facts facts = decode(record.frame);
    if (facts.parse == Parse::not_ip) return "not_ip";
    if (facts.parse == Parse::malformed) return "malformed";
    const Prefix* from = rule_.within.find(facts.source);
    const Prefix* to = rule_.within.find(facts.destination);
    if (from == nullptr && to == nullptr) return "not_subscriber";
    owner.between_subscribers = from != nullptr && to != nullptr;
    owner.direction = from != nullptr ? Direction::upstream : Direction::downstream;
    owner.address = from != nullptr ? facts.source : facts.destination;
    owner.holding = holding_of(owner.address, from != nullptr ? *from : *to, rule_.ipv6_bits);
    return nullptr;
  }

  Capture capture_;
  const SubscriberRule& rule_;
};

/// How many accounts the capture will need.
std::variant<std::size_t, Problem> count_accounts(const std::filesystem::path& path, const SubscriberRule& rule) {
  auto opened = Capture::open(path);
  if (auto* problem = std::get_if<Problem>(&opened)) return *problem;
  Records records(std::get<Capture>(std::move(opened)), rule);
  Subscribers subscribers;
  CaptureReport ignored;
  CaptureRecord record;
  Owner owner;
  for (bool fresh = false; records.next(ignored, record, owner);)
    if (subscribers.has_room(owner.holding)) subscribers.of(owner.holding, fresh);
  return subscribers.size();
}

}  // namespace

std::variant<CaptureReplay, Problem> replay_capture(const std::filesystem::path& path,
                                                    const std::vector<Prefix>& subscribers, const Policy& policy,
                                                    std::uint8_t ipv6_bits, const std::shared_ptr<const Feed>& feed) {
  const SubscriberRule rule{PrefixSet(subscribers), ipv6_bits};
  const auto counted = count_accounts(path, rule);
  if (const auto* problem = std::get_if<Problem>(&counted)) return *problem;
  auto opened = Capture::open(path);
  if (auto* problem = std::get_if<Problem>(&opened)) return *problem;
  Records records(std::get<Capture>(std::move(opened)), rule);

  SubscriberReplay judge(policy, std::get<std::size_t>(counted), feed);
  CaptureReplay replay;
  replay.report.link_type = records.link_type();
  ReplayClock clock;
  CaptureRecord record;
  Owner owner;
  while (records.next(replay.report, record, owner)) {
    if (!judge.has_room(owner.holding)) {
      ++replay.report.skipped["too_many_subscribers"];
      continue;
    }
    const Timestamp at = clock.stamp(record.stamp_ns, replay.report.adjusted);
    judge.take(at, record.frame, record.wire_length, owner.direction, owner.holding, owner.address);
    ++replay.report.judged;
    replay.report.between_subscribers += owner.between_subscribers ? 1 : 0;
  }
  judge.finish(replay);
  return replay;
}

}  // namespace lazaret
