#include "datapath/daemon/ports.hpp"

#include <rte_dev.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_lcore.h>
#include <rte_mbuf.h>

namespace lazaret::daemon {
namespace {

constexpr std::uint16_t kDescriptors = 1024;
constexpr unsigned kBuffers = 16383, kCache = 250;

std::variant<PortQueue, Problem> open_port(const std::string& side, const std::string& device, rte_mempool* pool) {
  const std::string name = device.substr(0, device.find(','));
  const auto fail = [&](const char* what, int error) {
    return Problem{"port '" + side + "' (" + device + ") " + what + ": " + rte_strerror(error < 0 ? -error : error)};
  };
  if (const int error = rte_dev_probe(device.c_str()); error != 0) return fail("cannot be made", error);
  std::uint16_t port = 0;
  if (const int error = rte_eth_dev_get_port_by_name(name.c_str(), &port); error != 0) return fail("is none", error);
  const rte_eth_conf plain = {};
  const int socket = static_cast<int>(rte_socket_id());
  std::uint16_t rx = kDescriptors, tx = kDescriptors;
  int error = rte_eth_dev_configure(port, 1, 1, &plain);
  if (error == 0) error = rte_eth_dev_adjust_nb_rx_tx_desc(port, &rx, &tx);
  if (error == 0) error = rte_eth_rx_queue_setup(port, 0, rx, static_cast<unsigned>(socket), nullptr, pool);
  if (error == 0) error = rte_eth_tx_queue_setup(port, 0, tx, static_cast<unsigned>(socket), nullptr);
  if (error == 0) error = rte_eth_dev_start(port);
  if (error != 0) return fail("cannot be started", error);
  rte_eth_promiscuous_enable(port);  // where a driver has none, it takes all anyway
  return PortQueue{port, 0};
}

}  // namespace

std::variant<Wiring, Problem> open_ports(const Settings& settings) {
  rte_mempool* const pool = rte_pktmbuf_pool_create("lazaretd", kBuffers, kCache, 0, RTE_MBUF_DEFAULT_BUF_SIZE,
                                                    static_cast<int>(rte_socket_id()));
  if (pool == nullptr) return Problem{std::string("no memory for packet buffers: ") + rte_strerror(rte_errno)};
  Wiring wiring;
  wiring.observes = settings.observes;
  wiring.garden_next_hop = settings.next_hop;
  wiring.garden = {UINT16_MAX, 0};
  struct Side {
    const char* name;
    const std::string& device;
    PortQueue& place;
  };
  for (const Side& side : {Side{"access", settings.access, wiring.access}, Side{"core", settings.core, wiring.core},
                           Side{"garden", settings.garden, wiring.garden}}) {
    if (side.device.empty()) continue;
    const auto port = open_port(side.name, side.device, pool);
    if (const auto* problem = std::get_if<Problem>(&port)) return *problem;
    side.place = std::get<PortQueue>(port);
    wiring.inlets.push_back(side.place);
  }
  return wiring;
}

}  // namespace lazaret::daemon
