#include "tests/tidy/symbols.hpp"

namespace lazaret::tidy {
namespace {

template <typename Use>
void for_each_line(std::string_view text, Use use) {
  while (!text.empty()) {
    const auto end = text.find('\n');
    use(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
}

}  // namespace

std::set<std::string> undefined_symbols(std::string_view nm_output) {
  std::set<std::string> defined, undefined;
  for_each_line(nm_output, [&](std::string_view line) {
    // "NAME TYPE [VALUE SIZE]", and NAME may hold blanks: the type is the last single letter between blanks.
    for (std::size_t at = line.size(); at-- > 1;) {
      const bool alone = line[at - 1] == ' ' && (at + 1 == line.size() || line[at + 1] == ' ');
      if (!alone || !std::isalpha(static_cast<unsigned char>(line[at]))) continue;
      std::string name(line.substr(0, at - 1));
      // 'w' and 'v' are weak and undefined: the linker may still fill them in.
      (line[at] == 'U' || line[at] == 'w' || line[at] == 'v' ? undefined : defined).insert(std::move(name));
      break;
    }
  });
  for (const std::string& name : defined) undefined.erase(name);
  return undefined;
}

std::set<std::string> parse_allow_list(std::string_view text) {
  std::set<std::string> names;
  for_each_line(text, [&](std::string_view line) {
    if (!line.empty() && !line.starts_with("#")) names.emplace(line);
  });
  return names;
}

}  // namespace lazaret::tidy
