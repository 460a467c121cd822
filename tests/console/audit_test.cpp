// The audit trail: who, what, when, why; across restarts, torn lines and full disks.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>

#include "tests/cli/process.hpp"
#include "tests/console/desk.hpp"

namespace lazaret::console {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(console_audit, every_action_is_on_record_and_survives_a_restart) {
  Desk desk;
  EXPECT_EQ(
      desk.api("POST", "/api/v1/accounts/7/release", desk.helpdesk, R"({"reason":"cleaned","why":"ticket 1"})").status,
      200);
  desk.restart();
  desk.now_s += 60;
  EXPECT_EQ(desk.api("POST", "/api/v1/fuse/reset", desk.operator_, R"({"why":"looked"})").status, 200);
  const auto trail = desk.console->audit().latest();
  ASSERT_EQ(trail.size(), 2U);
  EXPECT_EQ(trail[1].number, 1U);
  EXPECT_EQ(trail[1].who, "the-helpdesk");
  EXPECT_EQ(trail[1].what, "release");
  EXPECT_EQ(trail[1].account, "7");
  EXPECT_EQ(trail[1].choice, "cleaned");
  EXPECT_EQ(trail[1].why, "ticket 1");
  EXPECT_EQ(trail[1].outcome, "done");
  EXPECT_EQ(trail[0].number, 2U);
  EXPECT_EQ(trail[0].at_s, trail[1].at_s + 60);
  struct stat about {};
  ASSERT_EQ(stat(desk.config.audit.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0600U);
  const std::string file = read_file(desk.config.audit);
  EXPECT_THAT(file, Not(HasSubstr(desk.helpdesk)));
  EXPECT_THAT(file, Not(HasSubstr("127.0.0.1")));
  const auto shown = nlohmann::json::parse(desk.api("GET", "/api/v1/audit", desk.viewer).body);
  EXPECT_EQ(shown["entries"][1]["account"], 7);
}

TEST(console_audit, the_question_is_kept_before_the_daemon_hears_it) {
  Desk desk;
  std::string kept;
  desk.restart([&](const std::string&) -> std::optional<std::string> {
    kept = read_file(desk.config.audit);
    return std::nullopt;
  });
  (void)desk.api("POST", "/api/v1/accounts/7/quarantine", desk.operator_, R"({"why":"w"})");
  EXPECT_THAT(kept, HasSubstr("quarantine"));
}

TEST(console_audit, a_torn_end_costs_that_line_alone) {
  const ScratchDirectory scratch;
  Audit audit(scratch.path / "a");
  AuditEntry entry;
  entry.at_s = 5, entry.who = "anna", entry.what = "release";
  ASSERT_TRUE(audit.begin(entry));
  ASSERT_TRUE(audit.finish(entry, "done"));
  std::ofstream(scratch.path / "a", std::ios::app) << R"({"n":2,"at_s":6,"wh)";
  ASSERT_TRUE(audit.begin(entry));
  EXPECT_EQ(entry.number, 2U);
  const auto trail = Audit(scratch.path / "a").latest();
  ASSERT_EQ(trail.size(), 2U);
  EXPECT_EQ(trail[0].outcome, "") << "asked, and nobody knows";
  EXPECT_EQ(trail[1].outcome, "done");
}

TEST(console_audit, a_long_file_shows_its_end) {
  const ScratchDirectory scratch;
  {
    std::ofstream out(scratch.path / "a");
    for (int n = 1; n <= 5000; ++n)
      out << R"({"n":)" << n << R"(,"at_s":1,"who":"anna","role":"operator","what":"release","why":")"
          << std::string(90, 'x') << "\"}\n";
  }
  Audit audit(scratch.path / "a");
  const auto trail = audit.latest();
  ASSERT_EQ(trail.size(), Audit::kMost);
  EXPECT_EQ(trail[0].number, 5000U);
  AuditEntry entry;
  ASSERT_TRUE(audit.begin(entry));
  EXPECT_EQ(entry.number, 5001U);
}

TEST(console_audit, what_cannot_be_kept_is_not_done) {
  Desk desk;
  desk.config.audit = desk.scratch.path / "missing" / "audit.jsonl";
  desk.restart();
  EXPECT_TRUE(desk.console->audit().problem().has_value());
  EXPECT_EQ(desk.api("POST", "/api/v1/accounts/7/release", desk.helpdesk, R"({"reason":"cleaned"})").status, 503);
  EXPECT_TRUE(desk.daemon.asked.empty());
  std::filesystem::create_symlink(desk.scratch.path / "elsewhere", desk.scratch.path / "link");
  EXPECT_TRUE(Audit(desk.scratch.path / "link").problem().has_value()) << "a link leads nowhere";
}

}  // namespace
}  // namespace lazaret::console
