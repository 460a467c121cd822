// Few rights: what the process gives up once its ports are bound.
// Ownership: none. Threads: before any other thread begins.
#pragma once

#include <string>

namespace lazaret::portal {

/// Becomes `user` (its groups too) for good, where it is not empty; can never gain a right again (no_new_privs); writes no
/// core, since that would hold the token key. What went wrong and what helps, or nothing.
[[nodiscard]] std::string give_up_rights(const std::string& user);

}  // namespace lazaret::portal
