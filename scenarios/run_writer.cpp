#include <fmt/format.h>

#include <algorithm>

#include "scenarios/journal_writer.hpp"
#include "scenarios/manifest.hpp"
#include "scenarios/output_file.hpp"
#include "scenarios/run_directory.hpp"

namespace lazaret {

struct RunWriter::Files {
  Files(std::filesystem::path where, Manifest m)
      : directory(std::move(where)),
        manifest(std::move(m)),
        journal_file(directory / kJournalFile),
        commands(directory / kCommandsFile),
        events(directory / kEventsFile),
        verdicts(directory / kVerdictsFile),
        journal(journal_file) {}

  void note(const std::optional<Problem>& p) {
    if (p && !problem) problem = p;
  }
  void note_all() {
    for (const OutputFile* f : {&journal_file, &commands, &events, &verdicts}) note(f->problem());
  }

  std::filesystem::path directory;
  Manifest manifest;
  OutputFile journal_file, commands, events, verdicts;
  JournalWriter journal;
  std::function<void(const Event&)> listener;
  bool keeps_packets = true;
  std::optional<Problem> problem;
};

std::variant<RunWriter, Problem> RunWriter::create(const std::filesystem::path& directory, const Scenario& scenario,
                                                   const Manifest& given) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error)
    return Problem{
        fmt::format("{}: cannot be made: {}; name another directory with --out", directory.string(), error.message())};
  const auto present = [&](std::string_view name) { return std::filesystem::exists(directory / name, error); };
  if (present(kManifestFile) || std::any_of(run_files().begin(), run_files().end(), present))
    return Problem{directory.string() + ": holds a run already; name a new directory with --out, or remove it"};

  Manifest manifest = given;
  manifest.format = Manifest::kFormat;
  manifest.complete = false;
  manifest.files.clear();
  if (manifest.scenario.empty()) manifest.scenario = scenario.name;
  if (manifest.policy_sha256.empty()) manifest.policy_sha256 = policy_digest(scenario.policy);
  // The manifest comes first: from now on the directory says that it is incomplete.
  if (auto problem = replace_file(directory / kManifestFile, to_json(manifest))) return *problem;
  if (auto problem = replace_file(directory / kScenarioFile, to_yaml(scenario))) return *problem;
  auto files = std::make_unique<Files>(directory, std::move(manifest));
  files->keeps_packets = scenario.journal != 0;
  files->note_all();
  if (files->problem) return *files->problem;
  return RunWriter(std::move(files));
}

RunWriter::RunWriter(std::unique_ptr<Files> files) : files_(std::move(files)) {}
RunWriter::RunWriter(RunWriter&&) noexcept = default;
RunWriter::~RunWriter() = default;

void RunWriter::packet(const PacketView& packet, const Verdict& verdict) {
  if (!files_->keeps_packets) return;
  files_->note(files_->journal.packet(packet));
  files_->verdicts.write(&verdict, sizeof verdict);
}

void RunWriter::command(const Command& c) { files_->commands.write(to_json(c) + "\n"); }
void RunWriter::event(const Event& e) {
  files_->events.write(to_json(e) + "\n");
  if (files_->listener) files_->listener(e);
}
void RunWriter::tell(std::function<void(const Event&)> listener) { files_->listener = std::move(listener); }

const Problem* RunWriter::failed() const {
  files_->note_all();
  return files_->problem ? &*files_->problem : nullptr;
}

std::variant<Manifest, Problem> RunWriter::finish(Timestamp end, const Counters& counters,
                                                  const std::map<std::string, double>& metrics) {
  Files& f = *files_;
  for (OutputFile* file : {&f.journal_file, &f.commands, &f.events, &f.verdicts}) file->close();
  f.note_all();
  if (f.problem) return *f.problem;
  f.manifest.end = end;
  f.manifest.counters = counters;
  f.manifest.metrics = metrics;
  for (const std::string_view name : run_files()) {
    const std::filesystem::path path = f.directory / name;
    std::error_code error;
    if (name == kTruthFile && !std::filesystem::exists(path, error)) continue;
    Manifest::File entry{sha256_of_file(path), std::filesystem::file_size(path, error)};
    if (entry.sha256.empty() || error)
      return Problem{path.string() + ": cannot be read back; check the disk and run again"};
    f.manifest.files[std::string(name)] = std::move(entry);
  }
  f.manifest.complete = true;
  if (auto problem = replace_file(f.directory / kManifestFile, to_json(f.manifest))) return *problem;
  return f.manifest;
}

const std::filesystem::path& RunWriter::directory() const { return files_->directory; }

}  // namespace lazaret
