// Run directories: complete ones open, all others are refused with the reason and a remedy; full disks are noticed.
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "scenarios/manifest.hpp"
#include "scenarios/truth.hpp"
#include "tests/scenarios/files.hpp"
#include "tests/scenarios/random_values.hpp"

namespace lazaret {
namespace {

Scenario small() {
  Scenario s;
  s.name = "small";
  s.isp.homes = 3;
  return s;
}

std::string said(const auto& result) {
  const auto* problem = std::get_if<Problem>(&result);
  return problem != nullptr ? problem->message : "";
}

RunWriter begin(const std::filesystem::path& directory) {
  Manifest m;
  m.world = "test";
  m.seed = 42;
  m.limits.other_prefixes = 77;
  m.versions = {{"lazaret", "0.1.0"}};
  auto created = RunWriter::create(directory, small(), m);
  EXPECT_EQ(said(created), "");
  return std::get<RunWriter>(std::move(created));
}

/// A run of a few packets; what it wrote is returned for comparison.
struct Written {
  std::vector<Event> events;
  std::vector<Verdict> verdicts;
};
Written write_run(const std::filesystem::path& directory, bool finish = true) {
  RunWriter writer = begin(directory);
  RandomValues random(9);
  Written w;
  const std::vector<std::uint8_t> frame(60, 0xab);
  for (int i = 0; i < 100; ++i) {
    w.verdicts.push_back({random.one_of<Action>(), random.one_of<Rule>(), 0, {static_cast<std::uint32_t>(i)}});
    writer.packet({{i}, frame, 60, Direction::upstream}, w.verdicts.back());
    w.events.push_back(random.event());
    writer.event(w.events.back());
    writer.command(random.command());
  }
  if (finish) {
    Counters counters;
    counters.packets = 100;
    counters.sessions_skipped = 3, counters.evidence_crowded = 4;
    EXPECT_EQ(said(writer.finish({1000}, counters, {{"wall_s", 0.25}})), "");
  }
  return w;
}

TEST(RunDirectory, ComesBackAsWritten) {
  const ScratchDirectory scratch;
  const auto directory = scratch.path / "deep" / "er" / "run";
  const Written written = write_run(directory);
  const auto opened = RunReader::open(directory);
  ASSERT_EQ(said(opened), "");
  const RunReader& run = std::get<0>(opened);
  EXPECT_TRUE(run.manifest.complete);
  EXPECT_EQ(run.manifest.scenario, "small");
  EXPECT_EQ(run.manifest.seed, 42U);
  EXPECT_EQ(run.manifest.end, Timestamp{1000});
  EXPECT_EQ(run.manifest.counters.packets, 100U);
  EXPECT_EQ(run.manifest.counters.sessions_skipped, 3U);
  EXPECT_EQ(run.manifest.counters.evidence_crowded, 4U);
  EXPECT_EQ(run.manifest.limits.other_prefixes, 77U);
  EXPECT_EQ(run.manifest.metrics.at("wall_s"), 0.25);
  EXPECT_EQ(run.manifest.policy_sha256, policy_digest(Policy{}));
  EXPECT_EQ(run.manifest.files.size(), 5U);
  EXPECT_EQ(run.scenario.isp.homes, 3);
  EXPECT_EQ(std::get<0>(run.events()), written.events);
  EXPECT_EQ(std::get<0>(run.verdicts()), written.verdicts);
  EXPECT_TRUE(run.altered_files().empty());
  const auto reader = JournalReader::open(directory);
  ASSERT_EQ(said(reader), "");
  EXPECT_EQ(std::get<0>(reader).commands().size(), 100U);
}

TEST(RunDirectory, TheSameRunGivesTheSameOctets) {
  const ScratchDirectory a, b;
  write_run(a.path / "run");
  write_run(b.path / "run");
  for (const std::string_view name :
       {kManifestFile, kScenarioFile, kJournalFile, kCommandsFile, kEventsFile, kVerdictsFile}) {
    ASSERT_NE(file_text(a.path / "run" / name), "") << name;
    EXPECT_EQ(file_text(a.path / "run" / name), file_text(b.path / "run" / name)) << name;
  }
}

TEST(RunDirectory, IncompleteRunsAreRefused) {
  const ScratchDirectory scratch;
  write_run(scratch.path / "run", false);
  const auto manifest = read_manifest(scratch.path / "run");
  ASSERT_EQ(said(manifest), "");
  EXPECT_FALSE(std::get<0>(manifest).complete);
  EXPECT_NE(said(RunReader::open(scratch.path / "run"))
                .find("this run is incomplete: it is still going on, was interrupted, or met a full disk"),
            std::string::npos);
}

TEST(RunDirectory, WhatIsNoRunIsRefused) {
  const ScratchDirectory scratch;
  const auto refused = [&](const std::function<void(const std::filesystem::path&)>& spoil) {
    static int number = 0;
    const auto directory = scratch.path / std::to_string(++number);
    write_run(directory);
    spoil(directory);
    return said(RunReader::open(directory));
  };
  const auto edit = [](const std::filesystem::path& file, std::string_view from, std::string_view to) {
    std::string text = file_text(file);
    ASSERT_NE(text.find(from), std::string::npos);
    text.replace(text.find(from), from.size(), to);
    write_file(file, text);
  };
  using P = const std::filesystem::path&;
  EXPECT_NE(
      said(RunReader::open(scratch.path / "none")).find("no such run directory; `lazaret run SCENARIO` makes one"),
      std::string::npos);
  EXPECT_NE(refused([](P d) {
              std::filesystem::remove(d / kManifestFile);
            }).find("holds no manifest.json, so it is no run directory"),
            std::string::npos);
  EXPECT_NE(refused([](P d) { write_file(d / kManifestFile, "{"); }).find("is not JSON"), std::string::npos);
  EXPECT_NE(refused([](P d) {
              write_file(d / kManifestFile, "{\"name\": \"an-npm-package\"}");
            }).find("is not a manifest of a Lazaret run"),
            std::string::npos);
  EXPECT_NE(refused([&](P d) {
              edit(d / kManifestFile, "\"format_version\": 2", "\"format_version\": 1");
            }).find("has format version 1, and this lazaret reads version 2; use the lazaret that wrote it"),
            std::string::npos);
  EXPECT_NE(refused([&](P d) { edit(d / kManifestFile, "\"seed\"", "\"sed\""); }).find("is damaged"),
            std::string::npos);
  EXPECT_NE(refused([&](P d) {
              edit(d / kManifestFile, "\"other_prefixes\": 77", "\"other_prefixes\": 4000000000");
            }).find("that no run has"),
            std::string::npos);
  EXPECT_NE(
      refused([&](P d) { edit(d / kManifestFile, "\"shards\": 1", "\"shards\": 4000000000"); }).find("that no run has"),
      std::string::npos);
  EXPECT_NE(refused([](P d) {
              std::filesystem::remove(d / kEventsFile);
            }).find("events.jsonl is missing; copy the whole run directory"),
            std::string::npos);
  EXPECT_NE(refused([&](P d) { edit(d / kScenarioFile, "homes", "hoems"); }).find("did you mean 'isp.homes'?"),
            std::string::npos);
  EXPECT_NE(refused([&](P d) {
              edit(d / kScenarioFile, "watch: 0.1", "watch: 0.11");
            }).find("another policy than the manifest's digest"),
            std::string::npos);
}

TEST(RunDirectory, AlteredFilesAreNamed) {
  const ScratchDirectory scratch;
  const auto directory = scratch.path / "run";
  write_run(directory);
  write_file(directory / kEventsFile, file_text(directory / kEventsFile) + "{}\n");
  const auto run = std::get<RunReader>(RunReader::open(directory));
  EXPECT_EQ(run.altered_files(), std::vector<std::string>{"events.jsonl"});
  EXPECT_NE(said(run.events()).find("events.jsonl:101: 'at_ns' is missing"), std::string::npos);
  std::filesystem::resize_file(directory / kVerdictsFile, 799);
  EXPECT_NE(said(run.verdicts()).find("799 octets are no whole number of verdicts"), std::string::npos);
  const auto last = static_cast<char>(Rule::strict_closed);
  write_file(directory / kVerdictsFile, std::string({0, last, 0, 0, 0, 0, 0, 0}));
  EXPECT_EQ(said(run.verdicts()), "");
  write_file(directory / kVerdictsFile, std::string({0, static_cast<char>(last + 1), 0, 0, 0, 0, 0, 0}));
  EXPECT_NE(said(run.verdicts()).find("verdict 0 is none that this version knows"), std::string::npos);
  write_file(directory / kVerdictsFile, std::string("\x09\0\0\0\0\0\0\0", 8));
  EXPECT_NE(said(run.verdicts()).find("verdict 0 is none that this version knows"), std::string::npos);
}

TEST(RunDirectory, ADirectoryThatHoldsARunIsRefused) {
  const ScratchDirectory scratch;
  write_run(scratch.path / "run");
  EXPECT_NE(said(RunWriter::create(scratch.path / "run", small(), {})).find("holds a run already"), std::string::npos);
  write_file(scratch.path / "file", "");
  EXPECT_NE(said(RunWriter::create(scratch.path / "file", small(), {})).find("name another directory with --out"),
            std::string::npos);
}

TEST(RunDirectory, AWorldsBugFailsTheRun) {
  const ScratchDirectory scratch;
  RunWriter writer = begin(scratch.path / "run");
  const std::vector<std::uint8_t> frame(60);
  writer.packet({{5}, frame, 60, Direction::upstream}, {});
  EXPECT_EQ(writer.failed(), nullptr);
  writer.packet({{4}, frame, 60, Direction::upstream}, {});
  ASSERT_NE(writer.failed(), nullptr);
  EXPECT_NE(said(writer.finish({9}, {}, {})).find("a bug in the world"), std::string::npos);
  EXPECT_NE(said(RunReader::open(scratch.path / "run")).find("incomplete"), std::string::npos);
}

/// Writes until the disk or a limit says no; the message, or "" if nothing was noticed.
std::string fill(const std::filesystem::path& directory) {
  RunWriter writer = begin(directory);
  const std::vector<std::uint8_t> frame(300);
  for (int i = 0; i < 40000 && writer.failed() == nullptr; ++i)
    writer.packet({{i}, frame, 300, Direction::upstream}, {});
  return said(writer.finish({50000}, {}, {}));
}

TEST(RunDirectory, AFullDiskIsNoticed) {
  const ScratchDirectory scratch;
  if (geteuid() != 0 || ::mount("tmpfs", scratch.path.c_str(), "tmpfs", 0, "size=2m") != 0)
    GTEST_SKIP() << "NO SMALL DISK COULD BE MOUNTED (needs root): a full disk was not tried; AFileSizeLimitIsNoticed "
                    "is the nearest thing";
  const std::string problem = fill(scratch.path / "run");
  EXPECT_NE(problem.find("No space left on device; free space on that disk"), std::string::npos) << problem;
  EXPECT_NE(said(RunReader::open(scratch.path / "run")).find("this run is incomplete"), std::string::npos);
  // A disk that is full from the start.
  const std::string again = said(RunWriter::create(scratch.path / "other", small(), {}));
  EXPECT_NE(again.find("No space left on device"), std::string::npos) << again;
  ASSERT_EQ(::umount2(scratch.path.c_str(), MNT_DETACH), 0);
}

TEST(RunDirectory, AFileSizeLimitIsNoticed) {
  const ScratchDirectory scratch;
  const pid_t child = ::fork();
  if (child == 0) {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{1 << 20, 1 << 20};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    ::_exit(fill(scratch.path / "run").find("the limit on file sizes is reached") != std::string::npos ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  EXPECT_NE(said(RunReader::open(scratch.path / "run")).find("this run is incomplete"), std::string::npos);
}

TEST(Truth, ComesBackInOrderAndIsTheSameFile) {
  const ScratchDirectory scratch;
  const auto write = [&](const char* name) {
    std::filesystem::create_directory(scratch.path / name);
    auto created = TruthWriter::create(scratch.path / name);
    EXPECT_EQ(said(created), "");
    auto& t = std::get<TruthWriter>(created);
    t.add(TruthAccount{2, "192.0.2.2", "", 3});
    t.add(TruthAccount{1, "192.0.2.1", "2001:db8::/56", 2});
    t.add(TruthInfection{1, "pc", "spam_bot", 60.5, std::nullopt});
    t.add(TruthInfection{2, "camera", "scanner", 30, 90});
    t.add(TruthOutcome{2.25, 0.5, 2, "phone", "web_http", false, "portal"});
    t.add(TruthOutcome{1.0 / 3, 0, 4'000'000'000U, "pc", "direct_smtp", true, "refused"});
    t.add(TruthAct{5, 1, "chose", "later", true});
    t.add(TruthPassage{1, "spam_bot", true, "upstream", "reject", 10, 7'000'000'000ULL});
    const auto problem = t.close();
    EXPECT_FALSE(problem) << problem->message;
    return scratch.path / name;
  };
  const auto a = write("a"), b = write("b");
  EXPECT_EQ(sha256_of_file(a / kTruthFile), sha256_of_file(b / kTruthFile));
  std::vector<TruthOutcome> outcomes;
  const auto read = read_truth(a, [&outcomes](const TruthOutcome& o) { outcomes.push_back(o); });
  ASSERT_EQ(said(read), "");
  const Truth& t = std::get<0>(read);
  ASSERT_EQ(t.accounts.size(), 2U);
  EXPECT_EQ(t.accounts[0].account, 1U);
  EXPECT_EQ(t.accounts[0].ipv6, "2001:db8::/56");
  ASSERT_EQ(t.infections.size(), 2U);
  EXPECT_EQ(t.infections[0].behaviour, "scanner");
  EXPECT_EQ(t.infections[0].until_s, 90.0);
  EXPECT_EQ(t.infections[1].until_s, std::nullopt);
  ASSERT_EQ(outcomes.size(), 2U);
  EXPECT_EQ(outcomes[1].at_s, 1.0 / 3);
  EXPECT_EQ(outcomes[1].account, 4'000'000'000U);
  EXPECT_TRUE(outcomes[1].malicious);
  EXPECT_EQ(outcomes[0].result, "portal");
  ASSERT_EQ(t.acts.size(), 1U);
  EXPECT_EQ(t.acts[0].choice, "later");
  ASSERT_EQ(t.passages.size(), 1U);
  EXPECT_EQ(t.passages[0].octets, 7'000'000'000ULL);
}

TEST(Truth, ErrorsAreSaid) {
  const ScratchDirectory scratch;
  EXPECT_NE(said(read_truth(scratch.path)).find("only simulated runs know the truth"), std::string::npos);
  {
    auto unfinished = TruthWriter::create(scratch.path);
    ASSERT_EQ(said(unfinished), "");
    std::get<0>(unfinished).add(TruthAct{1, 1, "chose", "now", true});
  }
  EXPECT_NE(said(read_truth(scratch.path)), "");  // interrupted: nothing was committed
  EXPECT_NE(said(TruthWriter::create(scratch.path)).find("is there already"), std::string::npos);
  write_file(scratch.path / kTruthFile, "this is no database, whatever its name says");
  EXPECT_NE(said(read_truth(scratch.path)).find("the file is damaged"), std::string::npos);
  std::filesystem::remove(scratch.path / kTruthFile);
  auto created = TruthWriter::create(scratch.path);
  std::get<0>(created).add(TruthAct{std::numeric_limits<double>::quiet_NaN(), 1, "chose", "now", true});
  const auto problem = std::get<0>(created).close();
  ASSERT_TRUE(problem);  // no time is not a time
  EXPECT_NE(problem->message.find("NOT NULL"), std::string::npos);
}

}  // namespace
}  // namespace lazaret
