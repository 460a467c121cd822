#include "datapath/ring_wire.hpp"

#include <rte_dev.h>
#include <rte_errno.h>
#include <rte_eth_ring.h>
#include <rte_ethdev.h>
#include <rte_lcore.h>
#include <rte_ring.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "datapath/handover.hpp"
#include "datapath/mbuf.hpp"

namespace lazaret {
namespace {

constexpr unsigned kPorts = 3;
static_assert(static_cast<unsigned>(RingWire::Port::access) == static_cast<unsigned>(Direction::upstream) &&
              static_cast<unsigned>(RingWire::Port::core) == static_cast<unsigned>(Direction::downstream) &&
              static_cast<unsigned>(RingWire::Port::garden) == static_cast<unsigned>(Direction::from_garden));
constexpr unsigned kPoolCache = 128;
constexpr std::uint16_t kRoom =
    RTE_PKTMBUF_HEADROOM + kJudgedMost + 192;  // an answer quotes the frame under new headers
constexpr unsigned kFedAtOnce = 64;

std::string fault(const std::string& what) { return what + ": " + rte_strerror(rte_errno); }

/// Rings that make up one port, and the port.
struct RingPort {
  std::vector<rte_ring*> rx, tx;
  std::optional<std::uint16_t> port;

  ~RingPort() { close(); }

  /// The port, the buffers that still wait in its rings, and the rings.
  void close() {
    if (port) {
      rte_eth_dev_info info;
      const bool known = rte_eth_dev_info_get(*port, &info) == 0;
      rte_eth_dev_stop(*port);
      rte_eth_dev_close(*port);
      if (known) rte_dev_remove(info.device);
      port.reset();
    }
    for (std::vector<rte_ring*>* rings : {&rx, &tx}) {
      for (rte_ring* ring : *rings) {
        void* buffer = nullptr;
        while (ring != nullptr && rte_ring_dequeue(ring, &buffer) == 0)
          rte_pktmbuf_free(static_cast<rte_mbuf*>(buffer));
        rte_ring_free(ring);
      }
      rings->clear();
    }
  }

  /// A ring port cannot be made without at least one ring each way; what is not used stays empty.
  std::optional<std::string> make(const std::string& name, unsigned queues, rte_mempool* pool) {
    for (unsigned q = 0; q < queues; ++q) {
      const unsigned flags = RING_F_SP_ENQ | RING_F_SC_DEQ | RING_F_EXACT_SZ;
      const int socket = static_cast<int>(rte_socket_id());
      rx.push_back(rte_ring_create((name + "r" + std::to_string(q)).c_str(), 2 * RingWire::kWindow, socket, flags));
      tx.push_back(rte_ring_create((name + "t" + std::to_string(q)).c_str(), 2 * RingWire::kWindow, socket, flags));
      if (rx.back() == nullptr || tx.back() == nullptr) return fault("no memory for port " + name);
    }
    const int made = rte_eth_from_rings(name.c_str(), rx.data(), static_cast<unsigned>(rx.size()), tx.data(),
                                        static_cast<unsigned>(tx.size()), rte_socket_id());
    if (made < 0) return fault("DPDK makes no ring port " + name);
    port = static_cast<std::uint16_t>(made);
    const rte_eth_conf plain = {};
    bool good = rte_eth_dev_configure(*port, static_cast<std::uint16_t>(rx.size()),
                                      static_cast<std::uint16_t>(tx.size()), &plain) == 0;
    for (std::uint16_t q = 0; good && q < rx.size(); ++q)
      good = rte_eth_rx_queue_setup(*port, q, 0, rte_socket_id(), nullptr, pool) == 0;
    for (std::uint16_t q = 0; good && q < tx.size(); ++q)
      good = rte_eth_tx_queue_setup(*port, q, 0, rte_socket_id(), nullptr) == 0;
    if (!good || rte_eth_dev_start(*port) != 0) return fault("DPDK does not start ring port " + name);
    return std::nullopt;
  }
};

}  // namespace

struct RingWire::Parts {
  /// Fed and not yet in the inlet.
  struct Staged {
    std::vector<rte_mbuf*> buffers;
  };

  rte_mempool* pool = nullptr;
  Shape shape = Shape::trunk;
  std::array<RingPort, kPorts> ports;
  RingPort trunk;
  std::vector<Wiring> wirings;
  std::vector<std::array<Staged, kPorts>> staged;  ///< by worker and inlet; a trunk has inlet 0 alone
  std::vector<rte_mbuf*> fresh;

  ~Parts() {
    for (auto& inlets : staged)
      for (Staged& s : inlets) rte_pktmbuf_free_bulk(s.buffers.data(), static_cast<unsigned>(s.buffers.size()));
    rte_pktmbuf_free_bulk(fresh.data(), static_cast<unsigned>(fresh.size()));
    for (RingPort& port : ports) port.close();
    trunk.close();
    rte_mempool_free(pool);
  }

  [[nodiscard]] RingPort& inlet(std::size_t index) { return shape == Shape::trunk ? trunk : ports[index]; }

  rte_mbuf* take_buffer() {
    if (fresh.empty()) {
      fresh.resize(kFedAtOnce);
      if (rte_mempool_get_bulk(pool, reinterpret_cast<void**>(fresh.data()), kFedAtOnce) != 0) {
        fresh.clear();
        return nullptr;
      }
      take_over(pool);  // before the buffers are written: workers gave them back
    }
    rte_mbuf* const m = fresh.back();
    fresh.pop_back();
    rte_pktmbuf_reset(m);
    return m;
  }
};

RingWire::RingWire(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
RingWire::RingWire(RingWire&&) noexcept = default;
RingWire::~RingWire() = default;

std::variant<RingWire, Problem> RingWire::create(unsigned workers, Shape shape) {
  // Names must be new each time: DPDK keeps those of ports that are gone for a while.
  static std::atomic<unsigned> wires{0};
  const std::string name = "w" + std::to_string(wires++);
  auto parts = std::make_unique<Parts>();
  parts->shape = shape;
  parts->fresh.reserve(kFedAtOnce);
  const unsigned buffers = workers * (2 * kWindow + 2 * kPoolCache) + 2 * kPoolCache + kFedAtOnce;
  parts->pool = rte_pktmbuf_pool_create((name + "pool").c_str(), buffers, kPoolCache, 0, kRoom,
                                        static_cast<int>(rte_socket_id()));
  if (parts->pool == nullptr) return Problem{fault("no memory for packet buffers")};
  constexpr const char* kNames[kPorts] = {"access", "core", "garden"};
  for (unsigned i = 0; i < kPorts; ++i) {
    if (auto wrong = parts->ports[i].make(name + kNames[i], workers, parts->pool)) return Problem{*wrong};
  }
  if (shape == Shape::trunk) {
    if (auto wrong = parts->trunk.make(name + "trunk", workers, parts->pool)) return Problem{*wrong};
  }
  parts->staged.resize(workers);
  for (std::uint16_t w = 0; w < workers; ++w) {
    Wiring wiring;
    for (std::size_t i = 0; i < (shape == Shape::trunk ? 1 : kPorts); ++i) {
      wiring.inlets.push_back({*parts->inlet(i).port, w});
      parts->staged[w][i].buffers.reserve(kFedAtOnce);
    }
    wiring.access = {*parts->ports[0].port, w};
    wiring.core = {*parts->ports[1].port, w};
    wiring.garden = {*parts->ports[2].port, w};
    parts->wirings.push_back(wiring);
  }
  return RingWire(std::move(parts));
}

const Wiring& RingWire::wiring(unsigned worker) const noexcept { return parts_->wirings[worker]; }

bool RingWire::feed(unsigned worker, const PacketView& packet) noexcept {
  rte_mbuf* const m = parts_->take_buffer();
  if (m == nullptr) return false;
  const std::size_t octets = std::min(packet.frame.size(), kJudgedMost);
  m->data_len = static_cast<std::uint16_t>(octets);
  m->pkt_len = static_cast<std::uint32_t>(octets);
  if (octets > 0) std::memcpy(rte_pktmbuf_mtod(m, void*), packet.frame.data(), octets);
  if (packet.at != kNever) set_stamp(m, packet.at);
  if (packet.wire_length != octets) set_wire_length(m, packet.wire_length);
  const auto side = static_cast<std::size_t>(packet.direction);
  m->port = *parts_->ports[side].port;
  parts_->staged[worker][parts_->shape == Shape::trunk ? 0 : side].buffers.push_back(m);
  return true;
}

bool RingWire::flush(unsigned worker) noexcept {
  bool all = true;
  for (std::size_t i = 0; i < (parts_->shape == Shape::trunk ? 1 : kPorts); ++i) {
    std::vector<rte_mbuf*>& waiting = parts_->staged[worker][i].buffers;
    if (waiting.empty()) continue;
    const RingPort& inlet = parts_->inlet(i);
    hand_over(&rx_tokens[*inlet.port][worker]);
    const unsigned put = rte_ring_sp_enqueue_burst(inlet.rx[worker], reinterpret_cast<void**>(waiting.data()),
                                                   static_cast<unsigned>(waiting.size()), nullptr);
    waiting.erase(waiting.begin(), waiting.begin() + put);
    all = all && waiting.empty();
  }
  return all;
}

std::size_t RingWire::drain(Port port, unsigned worker,
                            const std::function<void(std::span<const std::uint8_t>)>& see) noexcept {
  RingPort& outlet = parts_->ports[static_cast<std::size_t>(port)];
  std::array<rte_mbuf*, kFedAtOnce> sent;
  const unsigned count =
      rte_ring_sc_dequeue_burst(outlet.tx[worker], reinterpret_cast<void**>(sent.data()), kFedAtOnce, nullptr);
  if (count == 0) return 0;
  take_over(&tx_tokens[*outlet.port][worker]);
  for (unsigned i = 0; see && i < count; ++i) see({rte_pktmbuf_mtod(sent[i], const std::uint8_t*), sent[i]->data_len});
  hand_over(parts_->pool);
  rte_pktmbuf_free_bulk(sent.data(), count);
  return count;
}

}  // namespace lazaret
