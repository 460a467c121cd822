// The network device of a host: an ns-3 IP stack on one side, an Ethernet wire on the other. Point to point, so there
// is no ARP and no neighbour discovery. Marks what the host sends with the truth about it. Ownership: an ns3::Object.
// Threads: the simulator's.
#pragma once

#include <ns3/mac48-address.h>
#include <ns3/net-device.h>

#include <cstdint>
#include <functional>
#include <span>
#include <unordered_map>

#include "sim/population/truth.hpp"
#include "sim/world/wire.hpp"

namespace lazaret {

class EthDevice : public ns3::NetDevice, public FrameSink {
 public:
  static ns3::TypeId GetTypeId();

  void plug(WireEnd, ns3::Mac48Address own, ns3::Mac48Address peer);

  /// Client hosts: everything from the local port of that protocol (6, 17) belongs to `truth` until changed.
  void claim(std::uint8_t protocol, std::uint16_t port, Truthful truth);
  /// Client hosts: also shows every arriving frame for that local port to `tap`, before the stack sees it.
  using Tap = std::function<void(std::span<const std::uint8_t>)>;
  void tap(Tap all) { tap_ = std::move(all); }
  /// Server hosts: replies carry the truth of the request that they answer.
  void reflect_truth() { reflect_ = true; }
  /// Sends a whole frame's IP packet that a program made itself (a raw socket).
  void send_raw(std::span<const std::uint8_t> ip_packet, Truthful);

  void receive(FramePtr) override;

  // ns3::NetDevice
  void SetIfIndex(std::uint32_t index) override { index_ = index; }
  [[nodiscard]] std::uint32_t GetIfIndex() const override { return index_; }
  [[nodiscard]] ns3::Ptr<ns3::Channel> GetChannel() const override;
  void SetAddress(ns3::Address) override;
  [[nodiscard]] ns3::Address GetAddress() const override { return own_; }
  bool SetMtu(std::uint16_t mtu) override;
  [[nodiscard]] std::uint16_t GetMtu() const override { return mtu_; }
  [[nodiscard]] bool IsLinkUp() const override { return true; }
  void AddLinkChangeCallback(ns3::Callback<void>) override {}
  [[nodiscard]] bool IsBroadcast() const override { return true; }
  [[nodiscard]] ns3::Address GetBroadcast() const override { return peer_; }
  [[nodiscard]] bool IsMulticast() const override { return false; }
  [[nodiscard]] ns3::Address GetMulticast(ns3::Ipv4Address) const override { return peer_; }
  [[nodiscard]] ns3::Address GetMulticast(ns3::Ipv6Address) const override { return peer_; }
  [[nodiscard]] bool IsBridge() const override { return false; }
  [[nodiscard]] bool IsPointToPoint() const override { return true; }
  bool Send(ns3::Ptr<ns3::Packet>, const ns3::Address&, std::uint16_t protocol) override;
  bool SendFrom(ns3::Ptr<ns3::Packet>, const ns3::Address&, const ns3::Address&, std::uint16_t protocol) override;
  [[nodiscard]] ns3::Ptr<ns3::Node> GetNode() const override;
  void SetNode(ns3::Ptr<ns3::Node>) override;
  [[nodiscard]] bool NeedsArp() const override { return false; }
  void SetReceiveCallback(ReceiveCallback) override;
  void SetPromiscReceiveCallback(PromiscReceiveCallback) override;
  [[nodiscard]] bool SupportsSendFrom() const override { return false; }

 protected:
  void DoDispose() override;

 private:
  WireEnd wire_;
  ns3::Mac48Address own_, peer_;
  ns3::Ptr<ns3::Node> node_;
  ReceiveCallback up_;
  std::uint32_t index_ = 0;
  std::uint16_t mtu_ = 1500;
  bool reflect_ = false;
  Tap tap_;
  std::unordered_map<std::uint64_t, Truthful> truths_;
};

}  // namespace lazaret
