#include "datapath/control_link.hpp"

#include <rte_errno.h>
#include <rte_lcore.h>
#include <rte_ring.h>

#include <type_traits>
#include <utility>

namespace lazaret {
namespace {

template <typename T>
rte_ring* make_ring(const std::string& name, unsigned depth) {
  static_assert(std::is_trivially_copyable_v<T> && sizeof(T) % 4 == 0, "rings copy elements in words of four octets");
  return rte_ring_create_elem(name.c_str(), sizeof(T), depth, static_cast<int>(rte_socket_id()),
                              RING_F_SP_ENQ | RING_F_SC_DEQ | RING_F_EXACT_SZ);
}

template <typename T>
std::size_t put(rte_ring* ring, std::span<const T> items) {
  return rte_ring_sp_enqueue_burst_elem(ring, items.data(), sizeof(T), static_cast<unsigned>(items.size()), nullptr);
}

template <typename T>
std::size_t take(rte_ring* ring, std::span<T> items) {
  return rte_ring_sc_dequeue_burst_elem(ring, items.data(), sizeof(T), static_cast<unsigned>(items.size()), nullptr);
}

}  // namespace

void ControlLink::Free::operator()(rte_ring* ring) const noexcept { rte_ring_free(ring); }

ControlLink::ControlLink(Ring orders, Ring notices, Ring verdicts)
    : orders_(std::move(orders)), notices_(std::move(notices)), verdicts_(std::move(verdicts)) {}

std::variant<ControlLink, Problem> ControlLink::create(const std::string& name, Depths depths) {
  Ring orders(make_ring<Order>(name + "_orders", depths.orders));
  Ring notices(make_ring<Notice>(name + "_notices", depths.notices));
  Ring verdicts(depths.verdicts == 0 ? nullptr : make_ring<Verdict>(name + "_verdicts", depths.verdicts));
  if (!orders || !notices || (depths.verdicts != 0 && !verdicts)) {
    return Problem{"no memory for the control link " + name + ": " + rte_strerror(rte_errno)};
  }
  return ControlLink(std::move(orders), std::move(notices), std::move(verdicts));
}

bool ControlLink::send(const Order& order) noexcept { return put<Order>(orders_.get(), {&order, 1}) == 1; }
bool ControlLink::receive_order(Order& into) noexcept { return take<Order>(orders_.get(), {&into, 1}) == 1; }
bool ControlLink::report(const Notice& notice) noexcept { return put<Notice>(notices_.get(), {&notice, 1}) == 1; }
std::size_t ControlLink::receive_notices(std::span<Notice> into) noexcept { return take<Notice>(notices_.get(), into); }
std::size_t ControlLink::judged(std::span<const Verdict> verdicts) noexcept {
  return put<Verdict>(verdicts_.get(), verdicts);
}
std::size_t ControlLink::receive_verdicts(std::span<Verdict> into) noexcept {
  return take<Verdict>(verdicts_.get(), into);
}

}  // namespace lazaret
