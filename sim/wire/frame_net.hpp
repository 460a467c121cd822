// The network of the wire world: what leaves a machine crosses the access line, the gateway with the core in line, and
// the core network, or is led to the portal, and arrives after as long as the lines take. Nothing is looked up by
// searching: a segment knows its talk, a datagram finds its port in a hash.
// Ownership: owns talks and whatever is under way; borrows clock, core and machines. Threads: the simulator's.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "sim/dialogue/internet.hpp"
#include "sim/population/random.hpp"
#include "sim/wire/frame_writer.hpp"
#include "sim/wire/lane_core.hpp"
#include "sim/wire/pool.hpp"
#include "sim/wire/talk.hpp"
#include "sim/wire/wire_clock.hpp"

namespace lazaret {

class FrameMachine;
class FramePort;

/// How long lines take.
struct Lines {
  explicit Lines(const IspPlan&);
  Duration access, core, garden;
  double up_ns_per_octet, down_ns_per_octet;
};

class FrameNet {
 public:
  FrameNet(const Scenario&, const Plan&, WireClock&, LaneCore&);
  ~FrameNet();
  FrameNet(const FrameNet&) = delete;
  FrameNet& operator=(const FrameNet&) = delete;

  enum Kind : std::uint32_t { kSegment = WireClock::kFunction + 1, kArrival, kDatagram, kDelivery, kSyn, kTimer };
  /// What the clock does not take care of itself.
  void act(std::uint32_t kind, std::uint32_t index);

  [[nodiscard]] WireClock& clock() { return clock_; }
  [[nodiscard]] const Lines& lines() const { return lines_; }
  [[nodiscard]] bool thins() const { return thins_; }
  [[nodiscard]] std::uint32_t media_stride() const { return media_stride_; }
  /// Whether some detector looks at what is said on this port, so that nothing of it may be thinned out.
  [[nodiscard]] bool looked_at(const Talk&) const;

  /// One machine serves at all addresses of a service; the portal's at any address, behind the garden port.
  void set_server(Service service, FrameMachine& machine) { servers_[static_cast<unsigned>(service)] = &machine; }

  // For links.
  [[nodiscard]] std::uint32_t begin(const HomePlan&, IpAddress near, std::uint16_t near_port, IpAddress far,
                                    std::uint16_t far_port, Truthful, std::shared_ptr<FrameLink>);
  [[nodiscard]] Talk& talk(std::uint32_t index) { return talks_[index]; }
  void send(const Segment&, Timestamp departure);
  /// The link hears of it at that time, or later if it hears of an earlier one first.
  void wake(const std::shared_ptr<FrameLink>&, Timestamp);
  void forget_if_over(std::uint32_t talk);

  // For ports and scanners.
  struct Address {
    IpAddress address;
    std::uint16_t port = 0;
    friend bool operator==(const Address&, const Address&) = default;
  };
  void open(const Address&, FramePort&);
  void close(const Address&);
  void send_datagram(const HomePlan*, const Address& from, const Address& to, std::string_view, Truthful);
  void send_syn(FrameMachine&, std::uint16_t outside_port, const Machine::Syn&, Truthful);

 private:
  struct PortHash {
    std::size_t operator()(const Address& a) const { return mix(mix(a.address.high ^ a.address.low) ^ a.port); }
  };
  struct PostedDatagram {
    const HomePlan* home = nullptr;  ///< the subscriber's
    bool upstream = true;
    Address from, to;
    Truthful truth;
    std::string octets;
  };
  struct LoneSyn {
    FrameMachine* scanner = nullptr;
    Machine::Syn syn;
    std::uint16_t outside_port = 0;
    Truthful truth;
    enum Stage : std::uint8_t { asks, arrives, answers, heard, resets } stage = asks;
    bool refused = false;
    std::uint8_t hops = 63;
    std::uint32_t sequence = 0;
  };

  void at_gateway(std::uint32_t index);
  [[nodiscard]] std::string_view said(const Talk&, const Segment&);
  void arrive(std::uint32_t index);
  void answer_for_nobody(const Segment&);
  void post(std::uint32_t index);
  void deliver(std::uint32_t index);
  void step(std::uint32_t index);
  [[nodiscard]] Action judge_syn(const LoneSyn&, Direction, std::uint8_t flags);
  [[nodiscard]] FrameMachine* server(IpAddress) const;
  [[nodiscard]] Duration down(std::uint32_t octets) const;
  [[nodiscard]] Duration up(std::uint32_t octets) const;

  const Plan& plan_;
  WireClock& clock_;
  LaneCore& core_;
  Lines lines_;
  Strangers strangers_;
  FrameWriter writer_;
  std::array<char, 1500> payload_{};
  bool thins_;
  std::uint32_t media_stride_;
  std::vector<Prefix> relays_;
  Pool<Talk> talks_;
  Pool<Segment> segments_;
  Pool<PostedDatagram> datagrams_;
  Pool<LoneSyn> syns_;
  Pool<std::shared_ptr<FrameLink>> waiting_;
  std::unordered_map<Address, FramePort*, PortHash> ports_;
  std::array<FrameMachine*, kServices> servers_{};
};

}  // namespace lazaret
