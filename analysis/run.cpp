#include "analysis/run.hpp"

#include <utility>

#include "scenarios/attempt_counts.hpp"

namespace lazaret {

double Run::end_s() const { return manifest.end.ns > 0 ? in_seconds(manifest.end) : scenario.duration_s; }

double Run::metric(const std::string& name, double otherwise) const {
  const auto found = manifest.metrics.find(name);
  return found == manifest.metrics.end() ? otherwise : found->second;
}

std::variant<Run, Problem> load_run(const std::filesystem::path& directory) {
  auto opened = RunReader::open(directory);
  if (auto* problem = std::get_if<Problem>(&opened)) return std::move(*problem);
  const RunReader& reader = std::get<RunReader>(opened);
  auto events = reader.events();
  if (auto* problem = std::get_if<Problem>(&events)) return std::move(*problem);
  AttemptCounts counts;
  for (const Event& event : std::get<std::vector<Event>>(events)) counts.hear(event);
  auto truth = read_truth(directory, [&counts](const TruthOutcome& outcome) { counts.count(outcome); });
  if (auto* problem = std::get_if<Problem>(&truth)) return std::move(*problem);
  std::vector<TruthCount>& known = std::get<Truth>(truth).counts;
  if (known.empty()) known = counts.rows();
  return Run{directory,
             reader.manifest,
             reader.scenario,
             std::get<std::vector<Event>>(std::move(events)),
             std::get<Truth>(std::move(truth)),
             reader.altered_files()};
}

}  // namespace lazaret
