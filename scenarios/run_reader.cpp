#include <fmt/format.h>

#include <cstring>

#include "core/evidence/names.hpp"
#include "scenarios/input_file.hpp"
#include "scenarios/manifest.hpp"
#include "scenarios/records.hpp"
#include "scenarios/run_directory.hpp"

namespace lazaret {

std::variant<RunReader, Problem> RunReader::open(const std::filesystem::path& directory) {
  auto manifest = read_manifest(directory);
  if (auto* problem = std::get_if<Problem>(&manifest)) return *problem;
  RunReader reader{directory, std::get<Manifest>(std::move(manifest)), {}};
  if (!reader.manifest.complete)
    return Problem{directory.string() +
                   ": this run is incomplete: it is still going on, was interrupted, or met a full disk; wait for it, "
                   "or run again"};
  for (const std::string_view name : run_files()) {
    std::error_code error;
    const bool needed = name != kTruthFile;
    const bool listed = reader.manifest.files.contains(std::string(name));
    if (needed && !listed)
      return Problem{fmt::format("{}: manifest.json does not list {}; the run directory is damaged, run again",
                                 directory.string(), name)};
    if (listed && !std::filesystem::is_regular_file(directory / name, error))
      return Problem{
          fmt::format("{}: {} is missing; copy the whole run directory, or run again", directory.string(), name)};
  }
  auto scenario = load_scenario(directory / kScenarioFile);
  if (auto* errors = std::get_if<std::vector<ScenarioError>>(&scenario))
    return Problem{errors->front().text() +
                   " (this lazaret cannot read the run's scenario; use the one that wrote it, or run again)"};
  reader.scenario = std::get<Scenario>(std::move(scenario));
  if (policy_digest(reader.scenario.policy) != reader.manifest.policy_sha256)
    return Problem{directory.string() +
                   ": scenario.yaml holds another policy than the manifest's digest says; it was altered, run again"};
  return reader;
}

std::variant<std::vector<Event>, Problem> RunReader::events() const { return read_events(directory / kEventsFile); }

std::optional<Problem> RunReader::each_event(const std::function<void(const Event&)>& visit) const {
  return lazaret::each_event(directory / kEventsFile, visit);
}

std::variant<std::vector<Verdict>, Problem> RunReader::verdicts() const {
  const std::filesystem::path path = directory / kVerdictsFile;
  const auto whole = read_whole(path);
  if (!whole) return Problem{path.string() + ": cannot be read; check its permissions"};
  const std::string& octets = *whole;
  if (octets.size() % sizeof(Verdict) != 0)
    return Problem{fmt::format("{}: {} octets are no whole number of verdicts; the file is damaged, run again",
                               path.string(), octets.size())};
  std::vector<Verdict> verdicts(octets.size() / sizeof(Verdict));
  if (!verdicts.empty()) std::memcpy(verdicts.data(), octets.data(), octets.size());
  for (std::size_t i = 0; i < verdicts.size(); ++i)
    if (verdicts[i].action > Action::garden || static_cast<std::size_t>(verdicts[i].rule) >= names_of<Rule>().size() ||
        verdicts[i].reserved != 0)
      return Problem{fmt::format("{}: verdict {} is none that this version knows; the file is damaged, run again",
                                 path.string(), i)};
  return verdicts;
}

std::vector<std::string> RunReader::altered_files() const {
  std::vector<std::string> altered;
  for (const auto& [name, file] : manifest.files)
    if (sha256_of_file(directory / name) != file.sha256) altered.push_back(name);
  return altered;
}

}  // namespace lazaret
