// lazaret report RUN: one HTML file that opens offline, and the same in short on the terminal.
#include "analysis/report.hpp"

#include <unistd.h>

#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <variant>

#include "cli/arguments.hpp"

namespace {

using namespace lazaret;

int report(const std::string& directory, const std::string& out, bool json) {
  const auto loaded = load_run(directory, Events::telling);
  if (const auto* problem = std::get_if<Problem>(&loaded)) {
    std::cerr << "lazaret report: " << problem->message << "\n";
    return kBadInput;
  }
  const Run& run = std::get<Run>(loaded);
  const Summary summary = summarize(run);
  const std::filesystem::path file = out.empty() ? default_report_path(directory) : std::filesystem::path(out);
  if (const auto problem = write_report(summary, run, file)) {
    std::cerr << "lazaret report: " << problem->message << "\n";
    return kFailedInside;
  }
  for (const std::string& name : run.altered)
    std::cerr << "lazaret report: " << name
              << " is no longer what the run wrote (its sha256 differs from the manifest's)\n";
  if (json) {
    nlohmann::ordered_json document = {{"file", file.string()}};
    document.update(nlohmann::ordered_json::parse(to_json(summary)));
    std::cout << document.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << "\n";
  } else {
    const bool colour = isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
    std::cout << to_table(summary, colour) << "\nreport: " << file.string() << "\n";
  }
  return kDone;
}

}  // namespace

int main(int count, char** values) {
  Arguments arguments(
      "lazaret report",
      "One HTML file of a run, that opens offline: who was caught, missed and wrongly held, how soon, and what worked "
      "meanwhile.",
      "One RUN a call: comparing several comes later.\n\n"
      "Examples:\n  lazaret report runs/cipp_2007\n  lazaret report runs/cipp_2007 --out cipp.html\n"
      "  lazaret report runs/cipp_2007 --json | jq .detection_rate\n\n"
      "Exit codes: 0 written; 2 not a complete run, or usage; 3 the report could not be written");
  std::string directory, out;
  bool json = false;
  arguments.option("run", &directory, "the run directory").required();
  arguments.option("--out", &out, "where to write; by default report.html in the run directory");
  arguments.flag("--json", &json, "the figures as one JSON document on standard output, with `file`");
  return arguments.run(count, values, [&] { return report(directory, out, json); });
}
