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
    // "NAME TYPE VALUE SIZE": NAME may hold blanks, SIZE may be empty, and of an undefined symbol both are blank.
    const auto last = line.find_last_not_of(' ');
    if (last == std::string_view::npos || line.ends_with(':')) return;
    const bool undefined_here =
        last > 1 && line[last - 1] == ' ' && std::string_view("Uwv").find(line[last]) != std::string_view::npos;
    if (undefined_here) {  // 'w' and 'v' are weak: the linker may still fill them in
      undefined.emplace(line.substr(0, last - 1));
      return;
    }
    std::string_view name = line;
    for (int field = 0; field < 3; ++field) name = name.substr(0, name.rfind(' '));  // SIZE, VALUE, TYPE
    defined.emplace(name);
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
