#include "sim/wire/frame_net.hpp"

#include <algorithm>

#include "sim/wire/frame_link.hpp"
#include "sim/wire/frame_machine.hpp"
#include "sim/world/octets.hpp"

namespace lazaret {
namespace {

constexpr std::uint16_t kWindow = 29200;
constexpr Duration kHomeNetwork{200'000};  // device to home router, and access node to gateway
// A call's packet stands for so many where media is thinned: one a second each way.
constexpr std::uint32_t kMediaStride = 25;
// Below this limit of flood.udp_per_s calls are part of what is counted.
constexpr std::int64_t kCallsCount = 100;

Duration of(double ms) { return {static_cast<std::int64_t>(ms * 1e6)}; }

}  // namespace

Lines::Lines(const IspPlan& isp)
    : access{of(isp.access_delay_ms).ns + kHomeNetwork.ns},
      core(of(isp.core_delay_ms)),
      garden(milliseconds(1)),
      up_ns_per_octet(8000 / isp.access_up_mbps),
      down_ns_per_octet(8000 / isp.access_down_mbps) {}

FrameNet::FrameNet(const Scenario& scenario, const Plan& plan, WireClock& clock, LaneCore& core)
    : plan_(plan),
      clock_(clock),
      core_(core),
      lines_(scenario.isp),
      strangers_(scenario),
      writer_(scenario.journal != 0),
      thins_(scenario.thinning != 0),
      media_stride_(thins_ && scenario.policy.flood_udp_per_s >= kCallsCount ? kMediaStride : 1) {
  for (const Prefix& relay : scenario.policy.services_relays.items()) relays_.push_back(relay);
}
FrameNet::~FrameNet() = default;

bool FrameNet::looked_at(const Talk& talk) const {
  switch (talk.far_port) {
    case 25:  // replies to mail, but not those of the ISP's own relays
      return std::none_of(relays_.begin(), relays_.end(), [&](const Prefix& p) { return contains(p, talk.far); });
    case 21:
    case 22:
    case 23:
    case 2323:
    case 3389:
      return true;
    default:
      return false;
  }
}

FrameMachine* FrameNet::server(IpAddress address) const {
  const auto service = plan_.service_at(address);
  return service && *service != Service::portal ? servers_[static_cast<unsigned>(*service)] : nullptr;
}

Duration FrameNet::up(std::uint32_t octets) const {
  return {lines_.access.ns + static_cast<std::int64_t>(octets * lines_.up_ns_per_octet)};
}
Duration FrameNet::down(std::uint32_t octets) const {
  return {lines_.access.ns + static_cast<std::int64_t>(octets * lines_.down_ns_per_octet)};
}

std::uint32_t FrameNet::begin(const HomePlan& home, IpAddress near, std::uint16_t near_port, IpAddress far,
                              std::uint16_t far_port, Truthful truth, std::shared_ptr<FrameLink> link) {
  Talk talk;
  talk.home = &home;
  talk.near = near;
  talk.far = far;
  talk.near_port = near_port;
  talk.far_port = far_port;
  talk.truth = truth;
  talk.ends[0] = std::move(link);
  return talks_.add(std::move(talk));
}

void FrameNet::send(const Segment& segment, Timestamp departure) {
  Talk& talk = talks_[segment.talk];
  Timestamp at = departure;
  if (segment.from == End::near) {
    at = departure + up(60U + segment.length);
    at.ns = talk.up_ns = std::max(talk.up_ns, at.ns);
  } else {
    at = departure + (segment.from == End::portal ? lines_.garden : lines_.core);
  }
  ++talk.under_way;
  clock_.at(at, kSegment, segments_.add(segment));
}

void FrameNet::wake(const std::shared_ptr<FrameLink>& link, Timestamp at) {
  link->wake_is_set(at);
  clock_.at(at, kTimer, waiting_.add(link));
}

void FrameNet::act(std::uint32_t kind, std::uint32_t index) {
  switch (kind) {
    case kSegment:
      return at_gateway(index);
    case kArrival:
      return arrive(index);
    case kDatagram:
      return post(index);
    case kDelivery:
      return deliver(index);
    case kSyn:
      return step(index);
    default: {
      const std::shared_ptr<FrameLink> link = waiting_.take(index);
      const std::uint32_t talk = link->talk();
      link->on_timer();
      if (talks_[talk].ends[static_cast<unsigned>(link->own())] == link) forget_if_over(talk);
    }
  }
}

// The octets of a segment as far as they are written.
std::string_view FrameNet::said(const Talk& talk, const Segment& s) {
  const auto& sender = talk.ends[static_cast<unsigned>(s.from)];
  if (!sender || s.length == 0) return {};
  const std::uint64_t most = std::min<std::uint64_t>(s.length, writer_.payload_most());
  std::uint64_t octets = 0;
  while (octets < most) {
    const std::string_view piece = sender->piece(s.offset + octets, most - octets);
    if (piece.empty()) break;
    if (octets == 0 && piece.size() == most) return piece;
    std::copy(piece.begin(), piece.end(), payload_.begin() + static_cast<std::ptrdiff_t>(octets));
    octets += piece.size();
  }
  return {payload_.data(), octets};
}

void FrameNet::at_gateway(std::uint32_t index) {
  Segment& s = segments_[index];
  Talk& talk = talks_[s.talk];
  const bool upstream = s.from == End::near;
  FrameHead head;
  head.account = talk.home->account.value;
  head.line = talk.home->line();
  head.upstream = upstream;
  head.protocol = kProtocolTcp;
  head.from = upstream ? talk.near : talk.far;
  head.to = upstream ? talk.far : talk.near;
  head.from_port = upstream ? talk.near_port : talk.far_port;
  head.to_port = upstream ? talk.far_port : talk.near_port;
  head.id = static_cast<std::uint16_t>(mix(s.sequence ^ std::uint64_t{talk.near_port} << 32 ^ s.length));
  head.sequence = s.sequence;
  head.acknowledgment = s.acknowledgment;
  head.flags = s.flags;
  head.says_mss = (s.flags & kFlagSyn) != 0;
  head.window = kWindow;
  const std::string_view payload = said(talk, s);
  const Direction direction = upstream                ? Direction::upstream
                              : s.from == End::portal ? Direction::from_garden
                                                      : Direction::downstream;
  const PacketView view = writer_.write(clock_.now(), direction, head, payload, s.length);
  const Action action = core_.judge(view, talk.truth).action;
  if (action == Action::pass || (action == Action::garden && upstream)) {
    Timestamp at = clock_.now();
    if (upstream) {
      s.to = action == Action::garden ? End::portal : End::far;
      at = at + (action == Action::garden ? lines_.garden : lines_.core);
    } else {
      at = at + down(view.wire_length);
      at.ns = talk.down_ns = std::max(talk.down_ns, at.ns);
    }
    return clock_.at(at, kArrival, index);
  }
  const Segment gone = segments_.take(index);
  --talk.under_way;
  if (action == Action::reject && (gone.flags & kFlagRst) == 0) {
    // The gateway's own answer: no packet that the core would have to judge.
    Segment answer;
    answer.talk = gone.talk;
    answer.from = upstream ? End::far : End::near;
    answer.to = gone.from;
    answer.flags = kFlagRst;
    ++talk.under_way;
    return clock_.at(clock_.now() + (upstream ? down(62) : lines_.core), kArrival, segments_.add(answer));
  }
  forget_if_over(gone.talk);
}

void FrameNet::arrive(std::uint32_t index) {
  const Segment s = segments_.take(index);
  Talk& talk = talks_[s.talk];
  const auto link = talk.ends[static_cast<unsigned>(s.to)];
  if (link && !link->over())
    link->on_segment(s);
  else if ((s.flags & kFlagRst) == 0)
    answer_for_nobody(s);
  --talk.under_way;
  forget_if_over(s.talk);
}

// A segment for which there is no end: somebody listens, or a stack resets, or an address without anybody is silent.
void FrameNet::answer_for_nobody(const Segment& s) {
  Talk& talk = talks_[s.talk];
  const bool asks = (s.flags & (kFlagSyn | kFlagAck | kFlagFin)) == kFlagSyn;
  Segment answer;
  answer.talk = s.talk;
  answer.from = s.to;
  answer.to = s.from;
  answer.acknowledgment = s.sequence + s.length + (asks ? 1U : 0U);
  answer.flags = kFlagRst | kFlagAck;
  if ((s.flags & kFlagAck) != 0) {
    answer.sequence = s.acknowledgment;
    answer.acknowledgment = 0;
    answer.flags = kFlagRst;
  }
  if (s.to != End::near) {
    FrameMachine* machine = s.to == End::portal ? servers_[static_cast<unsigned>(Service::portal)] : server(talk.far);
    const Accept* accept = machine != nullptr ? machine->listener(talk.far_port) : nullptr;
    auto& end = talk.ends[static_cast<unsigned>(s.to)];
    if (asks && accept != nullptr && !end) {
      const auto start = static_cast<std::uint32_t>(mix(mix(talk.far.low ^ talk.near_port) ^ s.sequence));
      const auto link = end = std::make_shared<FrameLink>(*this, s.to, start);
      return link->answer(s.talk, talk.near, talk.near_port, s.sequence, *accept);
    }
    if (machine == nullptr) {
      if (!asks || !talk.far.is_v4()) return;
      const Strangers::Reply reply = strangers_.reply_to_syn(talk.far, talk.far_port);
      if (reply.answer == Strangers::Answer::silence) return;
      if (reply.answer == Strangers::Answer::acceptance) {
        answer.flags = kFlagSyn | kFlagAck;
        answer.sequence = reply.sequence;
      }
    }
  }
  send(answer, clock_.now());
}

void FrameNet::forget_if_over(std::uint32_t index) {
  Talk& talk = talks_[index];
  if (talk.under_way > 0 || !talk.ends[0] || !talk.ends[0]->idle()) return;
  for (const auto& end : talk.ends)
    if (end && !end->over() && end->waits()) return;
  const Talk gone = talks_.take(index);
  for (const auto& end : gone.ends)
    if (end) end->abandon();
}

}  // namespace lazaret
