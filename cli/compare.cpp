// lazaret compare A B: do two runs of the same homes and seed quarantine the same accounts, and as soon?
#include <iostream>
#include <string>
#include <variant>

#include "analysis/agreement.hpp"
#include "cli/arguments.hpp"

namespace {

using namespace lazaret;

int refused(const Problem& problem) {
  std::cerr << "lazaret compare: " << problem.message << "\n";
  return kBadInput;
}

int compare(const std::string& first, const std::string& second, bool json) {
  const auto a = load_run(first, Events::telling), b = load_run(second, Events::telling);
  for (const auto* loaded : {&a, &b})
    if (const auto* problem = std::get_if<Problem>(loaded)) return refused(*problem);
  const Run &run_a = std::get<Run>(a), &run_b = std::get<Run>(b);
  const auto compared = compare_runs(run_a, run_b);
  if (const auto* problem = std::get_if<Problem>(&compared)) return refused(*problem);
  const Agreement& agreement = std::get<Agreement>(compared);
  std::cout << (json ? to_json(agreement) + "\n" : to_table(agreement, run_a, run_b));
  return agreement.holds() ? kDone : kAnswerIsNo;
}

}  // namespace

int main(int count, char** values) {
  Arguments arguments(
      "lazaret compare",
      "Two runs of the same homes and seed, such as one in fidelity stack and one in wire: whom both quarantine, how "
      "far "
      "apart in time, and for each account on which they differ, why.",
      "They agree when 95 % of the accounts that either quarantines are quarantined in both, and the test of "
      "Kolmogorov "
      "and Smirnov cannot tell their times to detect apart at 5 %.\n\n"
      "Examples:\n  lazaret compare runs/stack runs/wire\n  lazaret compare runs/stack runs/wire --json | jq "
      ".agreement\n\n"
      "Exit codes: 0 they agree; 1 they do not; 2 not complete runs of the same homes, or usage; 3 failed inside");
  std::string a, b;
  bool json = false;
  arguments.option("a", &a, "a run directory").required();
  arguments.option("b", &b, "another").required();
  arguments.flag("--json", &json, "one JSON document on standard output");
  return arguments.run(count, values, [&] { return compare(a, b, json); });
}
