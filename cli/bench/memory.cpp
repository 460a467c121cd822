#include "cli/bench/memory.hpp"

#include <sys/mman.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <new>
#include <string>

namespace lazaret::bench {
namespace {

constexpr std::size_t kHugePage = 2U << 20;

std::atomic<std::uint64_t> asked = 0;
std::atomic<bool> huge = false;

void* take(std::size_t size, std::size_t alignment) {
  const bool large = huge.load(std::memory_order_relaxed) && size >= kHugePage;
  if (large) alignment = kHugePage;
  void* block = nullptr;
  if (posix_memalign(&block, alignment, size == 0 ? 1 : size) != 0) throw std::bad_alloc();
  if (large) madvise(block, size, MADV_HUGEPAGE);  // a kernel without them says no: small pages serve as well
  asked.fetch_add(size, std::memory_order_relaxed);
  return block;
}

/// The figure of a line "name:   123 kB".
std::optional<std::uint64_t> read_figure(const char* file, const std::string& name) {
  std::ifstream in(file);
  for (std::string word; in >> word;) {
    std::uint64_t kib = 0;
    if (word == name && in >> kib) return kib * 1024;
  }
  return std::nullopt;
}

}  // namespace

std::uint64_t asked_for() { return asked.load(std::memory_order_relaxed); }
void ask_for_huge_pages(bool wanted) { huge.store(wanted, std::memory_order_relaxed); }
std::optional<std::uint64_t> octets_in_huge_pages() { return read_figure("/proc/self/smaps_rollup", "AnonHugePages:"); }
std::optional<std::uint64_t> available_octets() { return read_figure("/proc/meminfo", "MemAvailable:"); }

}  // namespace lazaret::bench

// The forms for arrays, and those that return a null pointer, come down to these.
void* operator new(std::size_t size) { return lazaret::bench::take(size, __STDCPP_DEFAULT_NEW_ALIGNMENT__); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return lazaret::bench::take(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* block) noexcept { std::free(block); }
void operator delete(void* block, std::size_t) noexcept { std::free(block); }
void operator delete(void* block, std::align_val_t) noexcept { std::free(block); }
void operator delete(void* block, std::size_t, std::align_val_t) noexcept { std::free(block); }
