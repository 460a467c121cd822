#include "analysis/run.hpp"

#include <utility>

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
  auto truth = read_truth(directory);
  if (auto* problem = std::get_if<Problem>(&truth)) return std::move(*problem);
  return Run{directory,
             reader.manifest,
             reader.scenario,
             std::get<std::vector<Event>>(std::move(events)),
             std::get<Truth>(std::move(truth)),
             reader.altered_files()};
}

}  // namespace lazaret
