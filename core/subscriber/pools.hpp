// IPv4 addresses to holders. Address pools are dense, so a /24 in which anything is bound has a page of 256 holders, and
// a look-up reads four octets of it; the directory of the pages stays in the nearest cache. Where pages run out, because
// addresses are bound here and there, a hash table takes the rest: nothing is refused before the limit is reached.
// Ownership: owns its tables, sized once. Threads: one writer, or any number of readers.
#pragma once

#include <cstdint>
#include <vector>

#include "core/open_table.hpp"

namespace lazaret {

constexpr std::uint32_t kNoHolder = UINT32_MAX;

class Pools {
 public:
  explicit Pools(std::size_t capacity);

  [[nodiscard]] bool full() const { return size_ == capacity_; }

  /// Where the holder of an address stands, or nullptr where find() must look for it.
  [[nodiscard]] const std::uint32_t* place(std::uint32_t address) const {
    const Page* page = find_page(address);
    return page == nullptr ? nullptr : &cells_[page->index * kPageSize + address % kPageSize];
  }
  [[nodiscard]] std::uint32_t find(std::uint32_t address) const {
    const std::uint32_t* cell = place(address);
    return cell != nullptr ? *cell : find_scattered(address);
  }
  /// Binds, or hands over. REQUIRES find(address) != kNoHolder or not full().
  void bind(std::uint32_t address, std::uint32_t holder);
  /// REQUIRES find(address) != kNoHolder.
  void erase(std::uint32_t address);

  /// `visit(address, holder)` for all, in no order that means anything.
  template <typename Visit>
  void for_each(Visit visit) const {
    pages_.for_each([&](const Page& p) {
      for (std::uint32_t i = 0; i < kPageSize; ++i)
        if (const std::uint32_t holder = cells_[p.index * kPageSize + i]; holder != kNoHolder)
          visit(p.number * kPageSize + i, holder);
    });
    scattered_.for_each([&](const Cell& c) { visit(c.address, c.holder); });
  }

 private:
  static constexpr std::uint32_t kPageSize = 256;
  struct Page {
    std::uint32_t number = 0;  ///< the first 24 bits of its addresses
    std::uint32_t index = kNoHolder;
    [[nodiscard]] bool taken() const { return index != kNoHolder; }
  };
  struct Cell {
    std::uint32_t address = 0;
    std::uint32_t holder = kNoHolder;
    [[nodiscard]] bool taken() const { return holder != kNoHolder; }
  };
  // Fibonacci hashing spreads sequences evenly (Knuth, TAOCP 3, 6.4); nobody chooses his address.
  static std::uint64_t hash(std::uint32_t number) { return number * 0x9e37'79b9'7f4a'7c15ULL; }

  [[nodiscard]] const Page* find_page(std::uint32_t address) const {
    const std::uint32_t number = address / kPageSize;
    return pages_.find(hash(number), [&](const Page& p) { return p.number == number; });
  }
  [[nodiscard]] std::uint32_t find_scattered(std::uint32_t address) const;
  /// A page for the address' /24, if there is one to give.
  const Page* open_page(std::uint32_t address);

  std::size_t capacity_, size_ = 0;
  OpenTable<Page> pages_;
  std::vector<std::uint32_t> cells_;
  std::vector<std::uint16_t> used_;  ///< by page: cells that are taken
  std::vector<std::uint32_t> free_pages_;
  OpenTable<Cell> scattered_;
};

}  // namespace lazaret
