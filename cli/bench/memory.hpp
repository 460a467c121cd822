// This program's own operator new: it counts what is held, so that an engine's size is known to the octet, and asks for
// huge pages under large blocks, as Debian's kernel gives them by default (transparent_hugepage=always).
// Ownership: the count is the process's. Threads: any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

namespace lazaret::bench {

/// Octets that were ever asked of operator new; what is given back is not taken off. An engine allocates while it is made
/// and never again, and gives nothing back, so the growth over its making is its size.
[[nodiscard]] std::uint64_t asked_for();

/// For blocks from now on. Off at first: the kernel's own default holds.
void ask_for_huge_pages(bool);

/// Of this process's memory, how much lies in huge pages; nothing where the kernel does not say.
[[nodiscard]] std::optional<std::uint64_t> octets_in_huge_pages();

/// What the machine could still give; nothing where the kernel does not say.
[[nodiscard]] std::optional<std::uint64_t> available_octets();

}  // namespace lazaret::bench
