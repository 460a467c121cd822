#include "sim/wire/event_queue.hpp"

#include <algorithm>

namespace lazaret {
namespace {

// A heap's front is its greatest.
bool later(const WireEvent& a, const WireEvent& b) {
  return a.at_ns != b.at_ns ? a.at_ns > b.at_ns : a.order > b.order;
}

}  // namespace

unsigned EventQueue::Wheel::next(unsigned from) const {
  for (unsigned word = from / 64; word < used.size(); ++word) {
    std::uint64_t bits = used[word];
    if (word == from / 64) bits &= ~std::uint64_t{0} << from % 64;
    if (bits != 0) return word * 64 + static_cast<unsigned>(std::countr_zero(bits));
  }
  return kSlots;
}

std::uint32_t EventQueue::new_node(const WireEvent& event) {
  if (free_ == kNone) {
    nodes_.push_back({event, kNone});
    return static_cast<std::uint32_t>(nodes_.size() - 1);
  }
  const std::uint32_t node = free_;
  free_ = nodes_[node].next;
  nodes_[node].event = event;
  return node;
}

void EventQueue::push(std::int64_t at_ns, std::uint32_t kind, std::uint32_t index) {
  const WireEvent event{at_ns, order_++, kind, index};
  ++size_;
  const std::uint64_t slot = slot_of(event);
  if (slot <= slot_)
    place_near(event);
  else
    place(new_node(event), slot);
}

void EventQueue::place_near(const WireEvent& event) {
  near_.push_back(event);
  std::push_heap(near_.begin(), near_.end(), later);
}

// REQUIRES a slot after the present one.
void EventQueue::place(std::uint32_t node, std::uint64_t slot) {
  const unsigned level = std::min((63U - static_cast<unsigned>(std::countl_zero(slot ^ slot_))) / kDigit, kLevels - 1);
  const unsigned digit = static_cast<unsigned>(slot >> (level * kDigit)) % kSlots;
  Wheel& wheel = wheels_[level];
  std::uint64_t& word = wheel.used[digit / 64];
  const std::uint64_t bit = std::uint64_t{1} << digit % 64;
  nodes_[node].next = (word & bit) != 0 ? wheel.slots[digit] : kNone;
  wheel.slots[digit] = node;
  word |= bit;
}

std::optional<WireEvent> EventQueue::pop(std::int64_t until_ns) {
  if (size_ == 0) return std::nullopt;
  while (near_.empty()) {
    // What is not in the heap is due after the present slot.
    if (static_cast<std::uint64_t>(until_ns) >> kSlotBits <= slot_) return std::nullopt;
    advance();
  }
  if (near_.front().at_ns > until_ns) return std::nullopt;
  std::pop_heap(near_.begin(), near_.end(), later);
  const WireEvent event = near_.back();
  near_.pop_back();
  --size_;
  return event;
}

// Goes to the next slot in use, of the narrowest wheel that has one; what lies there moves to narrower wheels.
void EventQueue::advance() {
  for (unsigned level = 0; level < kLevels; ++level) {
    Wheel& wheel = wheels_[level];
    const unsigned here = static_cast<unsigned>(slot_ >> (level * kDigit)) % kSlots;
    const unsigned digit = wheel.next(here);
    if (digit == kSlots) continue;
    const std::uint64_t above = slot_ >> ((level + 1) * kDigit) << kDigit;
    slot_ = (above | digit) << (level * kDigit);
    wheel.used[digit / 64] &= ~(std::uint64_t{1} << digit % 64);
    for (std::uint32_t node = wheel.slots[digit]; node != kNone;) {
      const std::uint32_t next = nodes_[node].next;
      if (const std::uint64_t slot = slot_of(nodes_[node].event); slot <= slot_) {
        place_near(nodes_[node].event);
        nodes_[node].next = free_;
        free_ = node;
      } else {
        place(node, slot);
      }
      node = next;
    }
    return;
  }
}

}  // namespace lazaret
