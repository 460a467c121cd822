#include "datapath/null_wire.hpp"

#include <rte_dev.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_ether.h>
#include <rte_lcore.h>
#include <rte_malloc.h>
#include <rte_mbuf.h>
#include <rte_prefetch.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace lazaret {
namespace {

constexpr unsigned kBuffers = 4095, kCache = 256;
constexpr std::uint16_t kDescriptors = 512;

struct NullPort {
  std::uint16_t number = RTE_MAX_ETHPORTS;
  std::vector<const rte_eth_rxtx_callback*> callbacks;  ///< by queue; the port's end is not theirs

  void close() {
    if (number == RTE_MAX_ETHPORTS) return;
    rte_eth_dev_info info;
    const bool known = rte_eth_dev_info_get(number, &info) == 0;
    rte_eth_dev_stop(number);
    for (std::uint16_t q = 0; q < callbacks.size(); ++q) {
      rte_eth_remove_rx_callback(number, q, callbacks[q]);
      rte_free(const_cast<rte_eth_rxtx_callback*>(callbacks[q]));
    }
    rte_eth_dev_close(number);
    if (known) rte_dev_remove(info.device);
    number = RTE_MAX_ETHPORTS;
  }

  /// A queue for each pool.
  std::optional<Problem> open(const std::string& name, const std::vector<rte_mempool*>& pools) {
    const auto queues = static_cast<std::uint16_t>(pools.size());
    const auto fail = [&](const char* what, int error) {
      return Problem{"DPDK " + std::string(what) + " port " + name + ": " + rte_strerror(error < 0 ? -error : error)};
    };
    if (const int error = rte_dev_probe(name.c_str()); error != 0) return fail("makes no", error);
    std::uint16_t found = 0;
    if (const int error = rte_eth_dev_get_port_by_name(name.c_str(), &found); error != 0)
      return fail("knows no", error);
    number = found;
    const rte_eth_conf plain = {};
    int error = rte_eth_dev_configure(number, queues, queues, &plain);
    for (std::uint16_t q = 0; error == 0 && q < queues; ++q) {
      error = rte_eth_rx_queue_setup(number, q, kDescriptors, rte_socket_id(), nullptr, pools[q]);
      if (error == 0) error = rte_eth_tx_queue_setup(number, q, kDescriptors, rte_socket_id(), nullptr);
    }
    if (error == 0) error = rte_eth_dev_start(number);
    return error == 0 ? std::nullopt : std::optional(fail("does not start", error));
  }
};

/// What a queue's packets are made by, and which ports they are said to have come in on.
struct Source {
  NullWire::Maker make;
  std::uint16_t access = 0, core = 0;
};

/// The null driver's buffers have the length that it was told; here they become frames.
std::uint16_t fill(std::uint16_t, std::uint16_t, rte_mbuf** buffers, std::uint16_t count, std::uint16_t, void* source) {
  const auto& from = *static_cast<const Source*>(source);
  std::array<NullWire::Slot, kBurst> slots;
  for (std::uint16_t i = 0; i < count; ++i) slots[i].octets = rte_pktmbuf_mtod(buffers[i], std::uint8_t*);
  from.make({slots.data(), count});
  for (std::uint16_t i = 0; i < count; ++i) {
    // What the maker leaves unwritten is there all the same, as after DMA.
    buffers[i]->data_len = slots[i].wire_length;
    buffers[i]->pkt_len = slots[i].wire_length;
    buffers[i]->port = slots[i].direction == Direction::upstream ? from.access : from.core;
  }
  return count;
}

}  // namespace

struct NullWire::Parts {
  std::vector<rte_mempool*> pools;  ///< one a worker: nothing is shared
  std::vector<Source> sources;
  NullPort access, core, garden;

  Parts() = default;
  Parts(const Parts&) = delete;
  Parts& operator=(const Parts&) = delete;
  ~Parts() {
    for (NullPort* port : {&access, &core, &garden}) port->close();
    for (rte_mempool* pool : pools) rte_mempool_free(pool);
  }
};

NullWire::NullWire(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
NullWire::NullWire(NullWire&&) noexcept = default;
NullWire::~NullWire() = default;

std::variant<NullWire, Problem> NullWire::create(std::vector<Maker> makers) {
  const auto queues = static_cast<std::uint16_t>(makers.size());
  NullWire wire(std::make_unique<Parts>());
  Parts& p = *wire.parts_;
  for (std::uint16_t q = 0; q < queues; ++q) {
    p.pools.push_back(rte_pktmbuf_pool_create(("null_wire" + std::to_string(q)).c_str(), kBuffers, kCache, 0,
                                              RTE_PKTMBUF_HEADROOM + kRoom, static_cast<int>(rte_socket_id())));
    if (p.pools.back() == nullptr)
      return Problem{std::string("no memory for packet buffers: ") + rte_strerror(rte_errno)};
  }
  for (auto [port, name] : {std::pair{&p.access, "net_null0"}, {&p.core, "net_null1"}, {&p.garden, "net_null2"}})
    if (auto problem = port->open(name, p.pools)) return *problem;
  for (Maker& maker : makers) p.sources.push_back({std::move(maker), p.access.number, p.core.number});
  for (std::uint16_t q = 0; q < queues; ++q) {
    const auto* callback = rte_eth_add_rx_callback(p.access.number, q, fill, &p.sources[q]);
    if (callback == nullptr) return Problem{"DPDK here is built without callbacks on receive"};
    p.access.callbacks.push_back(callback);
  }
  return wire;
}

Wiring NullWire::wiring(unsigned worker) const {
  const auto queue = static_cast<std::uint16_t>(worker);
  Wiring w;
  w.access = {parts_->access.number, queue};
  w.core = {parts_->core.number, queue};
  w.garden = {parts_->garden.number, queue};
  w.inlets = {w.access};
  return w;
}

void NullWire::forward(unsigned worker, const Look& look) {
  const auto queue = static_cast<std::uint16_t>(worker);
  std::array<rte_mbuf*, kBurst> burst;
  const std::uint16_t count = rte_eth_rx_burst(parts_->access.number, queue, burst.data(), kBurst);
  if (look) {
    std::array<PacketView, kBurst> views;
    for (std::uint16_t i = 0; i < count; ++i)
      views[i] = {{}, {rte_pktmbuf_mtod(burst[i], const std::uint8_t*), burst[i]->data_len}, burst[i]->pkt_len, {}};
    look({views.data(), count});
  }
  std::array<rte_mbuf*, kBurst> up, down;
  std::uint16_t ups = 0, downs = 0;
  for (std::uint16_t i = 0; i < count; ++i) {
    auto* const ether = rte_pktmbuf_mtod(burst[i], rte_ether_hdr*);
    std::swap(ether->src_addr, ether->dst_addr);
    (burst[i]->port == parts_->access.number ? up[ups++] : down[downs++]) = burst[i];
  }
  for (auto [port, packets, many] :
       {std::tuple{parts_->core.number, up.data(), ups}, {parts_->access.number, down.data(), downs}}) {
    const std::uint16_t sent = many > 0 ? rte_eth_tx_burst(port, queue, packets, many) : 0;
    rte_pktmbuf_free_bulk(packets + sent, static_cast<unsigned>(many - sent));
  }
}

}  // namespace lazaret
