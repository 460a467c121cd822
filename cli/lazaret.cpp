// The front door: `lazaret VERB ARGS` becomes `lazaret-VERB ARGS`, the binary beside this one.
#include <iostream>
#include <string>
#include <string_view>

#include "cli/arguments.hpp"
#include "cli/verbs.hpp"

namespace {

int unknown(std::string_view typed) {
  std::cerr << "lazaret: unknown verb '" << typed << "'";
  if (const auto near = lazaret::nearest_verb(typed)) std::cerr << "; did you mean '" << *near << "'?";
  std::cerr << "\n`lazaret --help` lists the verbs.\n";
  return lazaret::kBadInput;
}

int become_verb(const std::string& verb, char** arguments) {
  return lazaret::become(verb, "lazaret " + verb, arguments);
}

}  // namespace

int main(int count, char** values) {
  const std::string_view first = count > 1 ? values[1] : "";
  if (first.empty()) {
    std::cerr << lazaret::help_text();
    return lazaret::kBadInput;
  }
  if (first == "help" && count > 2) {
    if (lazaret::find_verb(values[2]) == nullptr) return unknown(values[2]);
    std::string help = "--help";
    char* arguments[] = {help.data(), nullptr};
    return become_verb(values[2], arguments);
  }
  if (first == "--help" || first == "-h" || first == "help") {
    std::cout << lazaret::help_text();
    return 0;
  }
  if (first == "--version") {
    std::cout << "lazaret " LAZARET_VERSION "\n";
    return 0;
  }
  const auto* verb = lazaret::find_verb(first);
  if (verb == nullptr) return unknown(first);
  if (verb->wrapper_only) {
    std::cerr << "lazaret: '" << first << "' is done by ./lazaret in the source tree, not by the installed program\n";
    return lazaret::kBadInput;
  }
  return become_verb(std::string(first), values + 2);
}
