// Names that software and people make up: a generator's domains of the day, typing errors, search suffixes, the probes of
// browsers. All end in reserved domains (RFC 2606) or are single labels. Ownership: values. Threads: pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/population/random.hpp"

namespace lazaret {

/// So many letters, each as likely as another.
[[nodiscard]] std::string random_label(Stream&, std::int64_t least, std::int64_t most);

constexpr double kNameDayS = 86400;

/// One of a family's domains of one day: the same for all its bots, and for whoever registers some of them.
struct GeneratedName {
  std::string name;
  double draw = 0;  ///< uniform: registered are those below the share that exists
};
[[nodiscard]] GeneratedName generated_name(std::uint64_t seed, std::size_t family, std::int64_t day,
                                           std::int64_t index);

/// One letter too many in the first label.
[[nodiscard]] std::string mistyped(Stream&, std::string_view name);

}  // namespace lazaret
