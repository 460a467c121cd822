#include "cli/verbs.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <system_error>
#include <vector>

#include "cli/arguments.hpp"
#include "scenarios/wording.hpp"

namespace lazaret {
namespace {

constexpr Verb kVerbs[] = {
#include "cli/verbs.inc"
};

}  // namespace

std::span<const Verb> verbs() { return kVerbs; }

const Verb* find_verb(std::string_view name) {
  const auto* found = std::find_if(std::begin(kVerbs), std::end(kVerbs), [&](const Verb& v) { return v.name == name; });
  return found == std::end(kVerbs) ? nullptr : found;
}

std::optional<std::string> nearest_verb(std::string_view typed) {
  std::vector<std::string> names;
  for (const Verb& verb : kVerbs) names.emplace_back(verb.name);
  return nearest(typed, names);
}

std::string help_text() {
  std::string text =
      "lazaret: a testbed for quarantining bot-infected subscribers; one core under ns-3 and under DPDK\n\n"
      "usage: lazaret VERB [ARGUMENTS]      (lazaret VERB --help: all its options, with examples)\n\n";
  std::size_t width = 0;
  for (const Verb& verb : kVerbs) width = std::max(width, verb.name.size());
  for (const Verb& verb : kVerbs) {
    text.append("  ").append(verb.name).append(width + 2 - verb.name.size(), ' ').append(verb.does).append("\n");
  }
  text.append("\nexamples:\n");
  for (const Verb& verb : kVerbs) text.append("  ").append(verb.example).append("\n");
  text.append(
      "\nexit codes: 0 done and holds; 1 done, and the answer is no; 2 bad input or usage;\n"
      "            3 failed inside; 130 interrupted\n");
  return text;
}

int become(const std::string& name, std::string shown, char** arguments) {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) {
    std::cerr << "lazaret: cannot find the directory of this program: " << error.message() << "\n";
    return kFailedInside;
  }
  const std::string program = self.parent_path() / ("lazaret-" + name);
  std::vector<char*> passed = {shown.data()};
  for (char** argument = arguments; *argument != nullptr; ++argument) passed.push_back(*argument);
  passed.push_back(nullptr);
  execv(program.c_str(), passed.data());
  const int why = errno;
  std::cerr << "lazaret: cannot start " << program << ": " << std::strerror(why);
  if (why == ENOENT) std::cerr << "; this verb was left out of this build (./" << shown << " builds it)";
  std::cerr << "\n";
  return kFailedInside;
}

}  // namespace lazaret
