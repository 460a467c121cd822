#include "sim/wire/event_queue.hpp"

#include <algorithm>
#include <utility>

namespace lazaret {
namespace {

// A heap's front is its greatest.
bool later(const WireEvent& a, const WireEvent& b) {
  return a.at_ns != b.at_ns ? a.at_ns > b.at_ns : a.order > b.order;
}

// A slot that held this many gives its room back.
constexpr std::size_t kKeep = 64;

}  // namespace

unsigned EventQueue::Wheel::next(unsigned from) const {
  for (unsigned word = from / 64; word < used.size(); ++word) {
    std::uint64_t bits = used[word];
    if (word == from / 64) bits &= ~std::uint64_t{0} << from % 64;
    if (bits != 0) return word * 64 + static_cast<unsigned>(std::countr_zero(bits));
  }
  return kSlots;
}

void EventQueue::push(std::int64_t at_ns, std::uint32_t kind, std::uint32_t index) {
  place({at_ns, order_++, kind, index});
  ++size_;
}

void EventQueue::place(const WireEvent& event) {
  const std::uint64_t slot = static_cast<std::uint64_t>(event.at_ns) >> kSlotBits;
  if (slot <= slot_) {
    near_.push_back(event);
    std::push_heap(near_.begin(), near_.end(), later);
    return;
  }
  const unsigned level = std::min((63U - static_cast<unsigned>(std::countl_zero(slot ^ slot_))) / kDigit, kLevels - 1);
  const unsigned digit = static_cast<unsigned>(slot >> (level * kDigit)) % kSlots;
  wheels_[level].slots[digit].push_back(event);
  wheels_[level].used[digit / 64] |= std::uint64_t{1} << digit % 64;
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
    std::vector<WireEvent> moved = std::move(wheel.slots[digit]);
    wheel.slots[digit].clear();
    wheel.used[digit / 64] &= ~(std::uint64_t{1} << digit % 64);
    for (const WireEvent& event : moved) place(event);
    if (moved.capacity() <= kKeep && wheel.slots[digit].capacity() == 0) {
      moved.clear();
      wheel.slots[digit] = std::move(moved);
    }
    return;
  }
}

}  // namespace lazaret
