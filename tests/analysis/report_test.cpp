#include "analysis/report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "analysis/report/pictures.hpp"
#include "analysis/words.hpp"
#include "scenarios/run_directory.hpp"
#include "scenarios/truth.hpp"
#include "tests/analysis/made_run.hpp"

namespace lazaret {
namespace {

using made::Making;
using testing::HasSubstr;
using testing::Not;
namespace fs = std::filesystem;

std::string rendered(const lazaret::Run& run) { return render_report(summarize(run), run); }

std::string read(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::size_t occurrences(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

/// Everything in the page but d3 itself, whose source names XML namespaces.
std::string without_d3(const std::string& page) {
  const std::size_t from = page.find("<script>!function"), to = page.find("</script>", from);
  EXPECT_NE(from, std::string::npos) << "d3 is not in the page";
  return page.substr(0, from) + page.substr(to);
}

TEST(Report, IsOneFileThatLoadsNothing) {
  const std::string page = without_d3(rendered(made::lifelike(5)));
  // The licence of d3 names places on the net as text; nothing else may.
  const std::size_t notice = page.find("id=\"d3-notice\"");
  ASSERT_NE(notice, std::string::npos);
  const std::string rest = page.substr(0, notice) + page.substr(page.find("</script>", notice));
  EXPECT_EQ(rest.find("http://"), std::string::npos);
  EXPECT_EQ(rest.find("https://"), std::string::npos);
  for (const char* loads : {"<link", "<img", "<iframe", "<script src", "@import", "url(", "import(", "fetch(",
                            "XMLHttpRequest", "<object", "<embed"})
    EXPECT_EQ(rest.find(loads), std::string::npos) << loads;
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
}

TEST(Report, ShowsEveryPointOfTheArticle) {
  const lazaret::Run run = made::lifelike(5);
  const std::string page = rendered(run);
  for (const Point& p : summarize(run).points) EXPECT_THAT(page, HasSubstr("<h3>" + p.title + "</h3>"));
  for (const char* section : {"timeline", "detection", "services", "harm", "people", "evidence", "method", "repeat"})
    EXPECT_THAT(page, HasSubstr("<section id=\"" + std::string(section) + "\""));
  EXPECT_THAT(page, HasSubstr("first contacts on ports that scanners look for failed")) << "the readable reason";
  EXPECT_THAT(page, HasSubstr(std::string(64, 'a'))) << "the journal's digest";
  EXPECT_THAT(page, Not(HasSubstr("{{"))) << "an unfilled place of the template";
}

TEST(Report, HostileTextIsShownNotRun) {
  const std::string bad = "</script><script>alert(1)</script><b onmouseover='x'>\"&";
  Making making(3, 1000);
  making.run.scenario.title = making.run.scenario.name = making.run.scenario.description = bad;
  making.run.manifest.world = making.run.manifest.scenario = bad;
  making.run.manifest.versions[bad] = bad;
  making.run.directory = "runs/" + bad;
  making.run.altered = {bad};
  making.infect(1, 50, {}, bad).quarantine(1, 100).act(1, 120, "chose", bad, true);
  making.run.truth.infections.back().device = bad;
  making.run.truth.accounts[0].ipv4 = bad;
  making.outcome(2, 10, 1, bad, bad).outcome(1, 110, 1, bad, bad).outcome(1, 130, 1, bad, "ok", true);
  making.run.truth.passages = {{1, bad, true, bad, bad, 1, 1}};
  const std::string page = without_d3(rendered(making.done()));
  EXPECT_EQ(page.find("<script>alert"), std::string::npos);
  EXPECT_EQ(page.find("<b onmouseover"), std::string::npos);
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(1)"));
  EXPECT_EQ(occurrences(page, "<script"), occurrences(page, "</script>") - 1) << "one opening tag went with d3";
}

TEST(Report, ThePicturesDataIsJsonThatCannotLeaveItsElement) {
  Making making(2, 1000);
  making.infect(1, 50, {}, "</script><!--").quarantine(1, 100);
  const lazaret::Run run = making.done();
  const std::string data = picture_data(summarize(run), run);
  EXPECT_EQ(data.find('<'), std::string::npos);
  const nlohmann::json parsed = nlohmann::json::parse(data);
  EXPECT_EQ(parsed["timeline"]["rows"].size(), 1U);
  EXPECT_EQ(parsed["timeline"]["rows"][0]["group"], "</script><!--");
}

TEST(Report, BytesThatAreNoUtf8DoNotBreakIt) {
  Making making(2, 1000);
  making.run.scenario.title = "\xff\xfe";
  making.infect(1, 50, {}, "\xc3").quarantine(1, 100);
  EXPECT_THAT(rendered(making.done()), HasSubstr("</html>"));
}

TEST(Report, AnEmptyRunIsToldAsOne) {
  Making making(0, 10);
  const std::string page = rendered(making.done());
  EXPECT_THAT(page, HasSubstr("No home was infected"));
  EXPECT_THAT(page, HasSubstr("No account was quarantined."));
}

TEST(Report, ALongTimelineIsCutAndSaysSo) {
  Making making(400, 1000);
  for (std::uint32_t a = 1; a <= 400; ++a) making.infect(a, 10);
  const lazaret::Run run = making.done();
  EXPECT_EQ(nlohmann::json::parse(picture_data(summarize(run), run))["timeline"]["rows"].size(), kTimelineRows);
  EXPECT_THAT(rendered(run), HasSubstr("160 of 400"));
}

// ---- with files ----

class ReportOfADirectory : public testing::Test {
 protected:
  void SetUp() override {
    directory = fs::path(testing::TempDir()) /
                ("lazaret_report_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
    fs::remove_all(directory);
  }
  void TearDown() override { fs::remove_all(directory); }

  /// Writes the run as a world would; `complete` or left as an interrupted one is.
  void write(const made::Making& making, bool complete, bool counted = false) {
    const lazaret::Run& run = making.run;
    Manifest manifest = run.manifest;
    manifest.policy_sha256 = policy_digest(run.scenario.policy);
    manifest.files.clear();
    auto made = RunWriter::create(directory, run.scenario, manifest);
    ASSERT_TRUE(std::holds_alternative<RunWriter>(made)) << std::get<Problem>(made).message;
    RunWriter& writer = std::get<RunWriter>(made);
    for (const Event& event : run.events) writer.event(event);
    auto opened = TruthWriter::create(directory, counted);
    ASSERT_TRUE(std::holds_alternative<TruthWriter>(opened)) << std::get<Problem>(opened).message;
    TruthWriter& truth = std::get<TruthWriter>(opened);
    for (const auto& row : run.truth.accounts) truth.add(row);
    for (const auto& row : run.truth.infections) truth.add(row);
    for (const Event& event : run.events) truth.hear(event);
    for (const auto& row : making.outcomes) truth.add(row);
    for (const auto& row : run.truth.acts) truth.add(row);
    for (const auto& row : run.truth.passages) truth.add(row);
    const auto closed = truth.close();
    ASSERT_FALSE(closed) << closed->message;
    if (!complete) return;
    const auto finished = writer.finish(run.manifest.end, {}, run.manifest.metrics);
    ASSERT_TRUE(std::holds_alternative<Manifest>(finished)) << std::get<Problem>(finished).message;
  }

  fs::path directory;
};

TEST_F(ReportOfADirectory, WhatIsReadBackScoresAsWhatWasWritten) {
  const made::Making making = made::lifelike_making(9);
  const lazaret::Run& run = making.run;
  ASSERT_GT(making.outcomes.size(), 1000U);
  for (const bool counted : {false, true}) {
    SCOPED_TRACE(counted ? "counted" : "listed");
    fs::remove_all(directory);
    write(making, true, counted);
    const auto loaded = load_run(directory);
    ASSERT_TRUE(std::holds_alternative<lazaret::Run>(loaded)) << std::get<Problem>(loaded).message;
    auto told = nlohmann::json::parse(to_json(summarize(std::get<lazaret::Run>(loaded))));
    auto expected = nlohmann::json::parse(to_json(summarize(run)));
    for (const char* key : {"run_directory", "journal_sha256", "events_sha256"}) told.erase(key), expected.erase(key);
    EXPECT_EQ(told, expected);
    // What was sent stands in the page only: the sum of all of one kind, once.
    const lazaret::TruthPassage& first = run.truth.passages.at(0);
    std::uint64_t packets = 0;
    for (const lazaret::TruthPassage& p : run.truth.passages)
      if (p.behaviour == first.behaviour && p.malicious == first.malicious && p.direction == first.direction &&
          p.action == first.action)
        packets += p.packets;
    ASSERT_TRUE(std::holds_alternative<fs::path>(write_report(directory)));
    EXPECT_THAT(read(directory / "report.html"), HasSubstr(">" + lazaret::grouped(packets) + "<"));
  }
}

TEST_F(ReportOfADirectory, NeedsNoBookkeeping) {
  made::Making making = made::lifelike_making(9);
  for (std::uint32_t account = 1; account <= 200; ++account) {
    lazaret::Event bound;
    bound.kind = lazaret::EventKind::bound;
    bound.account.value = account;
    making.run.events.insert(making.run.events.begin(), bound);
  }
  write(making, true);
  const auto whole = load_run(directory), part = load_run(directory, lazaret::Events::telling);
  const auto& all = std::get<lazaret::Run>(whole);
  const auto& telling = std::get<lazaret::Run>(part);
  EXPECT_EQ(all.events.size(), making.run.events.size());
  EXPECT_GE(all.events.size(), telling.events.size() + 200);
  EXPECT_GT(telling.events.size(), 0U);
  EXPECT_TRUE(rendered(all) == rendered(telling));
}

TEST_F(ReportOfADirectory, GoesIntoTheRunOrWhereItIsTold) {
  write(made::lifelike_making(9), true);
  const auto inside = write_report(directory);
  ASSERT_TRUE(std::holds_alternative<fs::path>(inside)) << std::get<Problem>(inside).message;
  EXPECT_EQ(std::get<fs::path>(inside), directory / "report.html");
  EXPECT_THAT(read(directory / "report.html"), HasSubstr("</html>"));
  const auto elsewhere = write_report(directory, directory / "other.html");
  ASSERT_TRUE(std::holds_alternative<fs::path>(elsewhere));
  EXPECT_TRUE(fs::exists(directory / "other.html"));
  EXPECT_FALSE(fs::exists(directory / "other.html.part"));
}

TEST_F(ReportOfADirectory, AnInterruptedRunIsRefusedWithTheReason) {
  write(made::lifelike_making(9), false);
  const auto refused = write_report(directory);
  ASSERT_TRUE(std::holds_alternative<Problem>(refused));
  EXPECT_THAT(std::get<Problem>(refused).message, HasSubstr("complete"));
  EXPECT_FALSE(fs::exists(directory / "report.html"));
}

TEST_F(ReportOfADirectory, WhatIsNoRunIsRefused) {
  const auto refused = write_report(directory);
  ASSERT_TRUE(std::holds_alternative<Problem>(refused));
  EXPECT_THAT(std::get<Problem>(refused).message, HasSubstr(directory.string()));
}

TEST_F(ReportOfADirectory, AnAlteredFileIsNamed) {
  write(made::lifelike_making(9), true);
  std::ofstream(directory / "events.jsonl", std::ios::app) << "\n";
  const auto loaded = load_run(directory);
  if (std::holds_alternative<Problem>(loaded)) {
    EXPECT_THAT(std::get<Problem>(loaded).message, HasSubstr("events.jsonl"));
    return;
  }
  EXPECT_THAT(rendered(std::get<lazaret::Run>(loaded)), HasSubstr("events.jsonl is no longer what the run wrote"));
}

TEST_F(ReportOfADirectory, APlaceThatCannotBeWrittenIsAProblem) {
  write(made::lifelike_making(9), true);
  const auto refused = write_report(directory, directory / "no" / "such" / "place.html");
  ASSERT_TRUE(std::holds_alternative<Problem>(refused));
  EXPECT_THAT(std::get<Problem>(refused).message, HasSubstr("--out"));
}

}  // namespace
}  // namespace lazaret
