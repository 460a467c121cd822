#include "scenarios/manifest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/routing.hpp"
#include "scenarios/input_file.hpp"

namespace lazaret {
namespace {

constexpr std::string_view kFormatName = "lazaret run";

constexpr std::array kRunFiles = {kScenarioFile, kJournalFile, kCommandsFile, kEventsFile, kVerdictsFile, kTruthFile};

constexpr std::pair<const char*, std::uint32_t Limits::*> kLimits[] = {
    {"accounts", &Limits::accounts},
    {"bindings", &Limits::bindings},
    {"other_prefixes", &Limits::other_prefixes},
    {"events", &Limits::events},
    {"counted_names", &Limits::counted_names},
    {"names_per_account", &Limits::names_per_account},
};
static_assert(sizeof(Limits) == std::size(kLimits) * sizeof(std::uint32_t), "a limit is missing in the table above");

constexpr std::pair<const char*, std::uint64_t Counters::*> kCounters[] = {
    {"packets", &Counters::packets},
    {"octets", &Counters::octets},
    {"not_ip", &Counters::not_ip},
    {"malformed", &Counters::malformed},
    {"fragments", &Counters::fragments},
    {"unbound", &Counters::unbound},
    {"spoofed", &Counters::spoofed},
    {"unmatched_replies", &Counters::unmatched_replies},
    {"contacts_skipped", &Counters::contacts_skipped},
    {"sessions_skipped", &Counters::sessions_skipped},
    {"evidence_crowded", &Counters::evidence_crowded},
    {"bindings_refused", &Counters::bindings_refused},
    {"commands_ignored", &Counters::commands_ignored},
    {"events_lost", &Counters::events_lost},
};
static_assert(sizeof(Counters) == std::size(kCounters) * sizeof(std::uint64_t),
              "a counter is missing in the table above");

Manifest manifest_of(const nlohmann::ordered_json& json) {
  Manifest m;
  m.format = json.at("format_version").get<int>();
  m.complete = json.at("status").get<std::string>() == "complete";
  m.scenario = json.at("scenario").get<std::string>();
  m.world = json.at("world").get<std::string>();
  m.seed = json.at("seed").get<std::uint64_t>();
  m.shards = json.at("shards").get<unsigned>();
  // Runs that are older than a limit had its default.
  for (const auto& [name, member] : kLimits) m.limits.*member = json.at("limits").value(name, m.limits.*member);
  m.policy_sha256 = json.at("policy_sha256").get<std::string>();
  m.versions = json.at("versions").get<std::map<std::string, std::string>>();
  m.end.ns = json.at("end_ns").get<std::int64_t>();
  for (const auto& [name, member] : kCounters) m.counters.*member = json.at("counters").at(name).get<std::uint64_t>();
  m.metrics = json.at("metrics").get<std::map<std::string, double>>();
  for (const auto& [name, file] : json.at("files").items())
    m.files[name] = {file.at("sha256").get<std::string>(), file.at("octets").get<std::uint64_t>()};
  return m;
}

}  // namespace

Limits Manifest::limits_for(unsigned engines) const {
  const unsigned spread = std::max(1U, shards);
  if (engines >= spread) return limits;
  Limits each = together(limits, spread);
  each.events *= spread;
  return each;
}

std::span<const std::string_view> run_files() { return kRunFiles; }

std::string to_json(const Manifest& m) {
  nlohmann::ordered_json json;
  json["format"] = kFormatName;
  json["format_version"] = m.format;
  json["status"] = m.complete ? "complete" : "running";
  json["scenario"] = m.scenario;
  json["world"] = m.world;
  json["seed"] = m.seed;
  json["shards"] = m.shards;
  for (const auto& [name, member] : kLimits) json["limits"][name] = m.limits.*member;
  json["policy_sha256"] = m.policy_sha256;
  json["versions"] = m.versions;
  json["end_ns"] = m.end.ns;
  for (const auto& [name, member] : kCounters) json["counters"][name] = m.counters.*member;
  json["metrics"] = m.metrics;
  json["files"] = nlohmann::ordered_json::object();
  for (const auto& [name, file] : m.files) json["files"][name] = {{"sha256", file.sha256}, {"octets", file.octets}};
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

std::variant<Manifest, Problem> read_manifest(const std::filesystem::path& run_directory) {
  const std::filesystem::path path = run_directory / kManifestFile;
  const auto refuse = [&](std::string_view why) { return Problem{fmt::format("{}: {}", path.string(), why)}; };
  std::error_code error;
  if (!std::filesystem::is_directory(run_directory, error))
    return Problem{run_directory.string() + ": no such run directory; `lazaret run SCENARIO` makes one"};
  const auto text = read_whole(path);
  if (!text)
    return Problem{run_directory.string() +
                   ": holds no manifest.json, so it is no run directory; `lazaret run SCENARIO` makes one"};
  const auto json = nlohmann::ordered_json::parse(*text, nullptr, false);
  if (json.is_discarded()) return refuse("is not JSON; the run directory is damaged, run again");
  if (!json.is_object() || !json.contains("format") || json["format"] != kFormatName)
    return refuse("is not a manifest of a Lazaret run; name a directory that `lazaret run` made");
  if (!json.contains("format_version") || !json["format_version"].is_number_integer())
    return refuse("names no format version; the run directory is damaged, run again");
  // The fields of another version may mean something else, so nothing more of it is read.
  if (const auto version = json["format_version"].get<std::int64_t>(); version != Manifest::kFormat)
    return refuse(fmt::format(
        "has format version {}, and this lazaret reads version {}; use the lazaret that wrote it, or run again",
        version, Manifest::kFormat));
  try {
    Manifest m = manifest_of(json);
    // Readers make engines of this size: a damaged number must not ask for all memory there is.
    constexpr std::uint32_t kMost = 1U << 26;
    const bool huge = std::any_of(std::begin(kLimits), std::end(kLimits), [&](const auto& limit) {
      return m.limits.*limit.second > kMost / std::max(1U, m.shards);
    });
    if (m.shards < 1 || m.shards > 1024 || huge || m.end < Timestamp{0})
      return refuse("holds shards, limits or an end that no run has; the run directory is damaged, run again");
    return m;
  } catch (const nlohmann::json::exception& e) {
    return refuse(fmt::format("is damaged ({}); run again", e.what()));
  }
}

}  // namespace lazaret
