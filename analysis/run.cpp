#include "analysis/run.hpp"

#include <utility>

#include "analysis/story.hpp"
#include "scenarios/attempt_counts.hpp"

namespace lazaret {

double Run::end_s() const { return manifest.end.ns > 0 ? in_seconds(manifest.end) : scenario.duration_s; }

double Run::metric(const std::string& name, double otherwise) const {
  const auto found = manifest.metrics.find(name);
  return found == manifest.metrics.end() ? otherwise : found->second;
}

std::variant<Run, Problem> load_run(const std::filesystem::path& directory, Events which) {
  auto opened = RunReader::open(directory);
  if (auto* refused = std::get_if<Problem>(&opened)) return std::move(*refused);
  const RunReader& reader = std::get<RunReader>(opened);
  AttemptCounts counts;
  std::vector<Event> events;
  const auto problem = reader.each_event([&](const Event& event) {
    counts.hear(event);
    if (which == Events::all || !is_bookkeeping(event.kind)) events.push_back(event);
  });
  if (problem) return *problem;
  auto truth = read_truth(directory, [&counts](const TruthOutcome& outcome) { counts.count(outcome); });
  if (auto* unread = std::get_if<Problem>(&truth)) return std::move(*unread);
  std::vector<TruthCount>& known = std::get<Truth>(truth).counts;
  if (known.empty()) known = counts.rows();
  return Run{directory,
             reader.manifest,
             reader.scenario,
             std::move(events),
             std::get<Truth>(std::move(truth)),
             reader.altered_files()};
}

}  // namespace lazaret
