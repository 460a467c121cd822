#include "core/subscriber/pools.hpp"

namespace lazaret {
namespace {

/// A quarter more pages than full ones would need.
constexpr std::size_t pages_for(std::size_t capacity) { return capacity / 256 + capacity / 1024 + 1; }

}  // namespace

Pools::Pools(std::size_t capacity)
    : capacity_(capacity),
      pages_(pages_for(capacity)),
      cells_(pages_for(capacity) * kPageSize, kNoHolder),
      used_(pages_for(capacity), 0),
      scattered_(capacity) {
  free_pages_.reserve(used_.size());
  for (std::size_t i = used_.size(); i > 0; --i) free_pages_.push_back(static_cast<std::uint32_t>(i - 1));
}

std::uint32_t Pools::find_scattered(std::uint32_t address) const {
  if (scattered_.size() == 0) return kNoHolder;
  const Cell* c = scattered_.find(hash(address), [&](const Cell& e) { return e.address == address; });
  return c == nullptr ? kNoHolder : c->holder;
}

const Pools::Page* Pools::open_page(std::uint32_t address) {
  if (free_pages_.empty()) return nullptr;
  const std::uint32_t number = address / kPageSize;
  // All of a /24 stands in its page, or nothing does.
  for (std::uint32_t i = 0; scattered_.size() > 0 && i < kPageSize; ++i)
    if (find_scattered(number * kPageSize + i) != kNoHolder) return nullptr;
  pages_.insert(hash(number), {number, free_pages_.back()});
  free_pages_.pop_back();
  return find_page(address);
}

void Pools::bind(std::uint32_t address, std::uint32_t holder) {
  const Page* page = find_page(address);
  if (page == nullptr) {
    if (Cell* c = scattered_.find(hash(address), [&](const Cell& e) { return e.address == address; })) {
      c->holder = holder;
      return;
    }
    page = open_page(address);
  }
  if (page == nullptr) {
    scattered_.insert(hash(address), {address, holder});
    ++size_;
    return;
  }
  std::uint32_t& cell = cells_[page->index * kPageSize + address % kPageSize];
  if (cell == kNoHolder) ++used_[page->index], ++size_;
  cell = holder;
}

void Pools::erase(std::uint32_t address) {
  --size_;
  const Page* page = find_page(address);
  if (page == nullptr) {
    const Cell* c = scattered_.find(hash(address), [&](const Cell& e) { return e.address == address; });
    scattered_.erase(c, [](const Cell& e) { return hash(e.address); });
    return;
  }
  cells_[page->index * kPageSize + address % kPageSize] = kNoHolder;
  if (--used_[page->index] > 0) return;
  free_pages_.push_back(page->index);
  pages_.erase(page, [](const Page& p) { return hash(p.number); });
}

}  // namespace lazaret
