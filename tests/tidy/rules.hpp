// The house's rules that a compiler does not hold: who includes whom, what the core may not use, sizes, names, layout.
// Ownership: values. Threads: any.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tests/tidy/tree.hpp"

namespace lazaret::tidy {

struct Finding {
  std::string file;
  std::size_t line = 0;  ///< from 1; 0 where the whole file is meant
  std::string what;
};
[[nodiscard]] std::string to_text(const std::vector<Finding>&);

inline constexpr std::size_t kHeaderLines = 150;
inline constexpr std::size_t kSourceLines = 400;

/// core <- scenarios <- {sim, datapath, analysis} <- cli; tests see all; sim and datapath never meet; ns-3 stays in
/// sim, DPDK in datapath, in CMake files too.
[[nodiscard]] std::vector<Finding> check_arrows(const SourceFile&);
/// What core/ may not use: threads, clocks, randomness, input and output, the environment.
[[nodiscard]] std::vector<Finding> check_purity(const SourceFile&);
/// Opening comment and include guard of headers.
[[nodiscard]] std::vector<Finding> check_header(const SourceFile&);
/// White space, line ends, unfinished work, paths of somebody's machine.
[[nodiscard]] std::vector<Finding> check_text(const SourceFile&);
/// Rooms are named after what they hold.
[[nodiscard]] std::vector<Finding> check_room_name(const SourceFile&);
/// `exceptions`: path -> lines. A listed file must have exactly the lines listed, so that the list can only shrink.
[[nodiscard]] std::vector<Finding> check_sizes(const std::vector<SourceFile>&,
                                               const std::map<std::string, std::size_t>& exceptions);
[[nodiscard]] std::map<std::string, std::size_t> parse_exceptions(const SourceFile&);

}  // namespace lazaret::tidy
