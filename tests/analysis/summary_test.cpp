#include "analysis/summary.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "analysis/story.hpp"
#include "tests/analysis/made_run.hpp"

namespace lazaret {
namespace {

using made::Making;
using testing::HasSubstr;
using testing::Not;

const Point& point(const Summary& s, const std::string& title) {
  for (const Point& p : s.points)
    if (p.title.find(title) != std::string::npos) return p;
  throw std::out_of_range(title);
}

TEST(Summary, TheJsonHasTheKeysThatScriptsRelyOn) {
  const nlohmann::json j = nlohmann::json::parse(to_json(summarize(made::lifelike(5))));
  for (const char* key : {"run_directory", "accounts", "infected", "quarantined_true", "quarantined_false",
                          "detection_rate", "median_time_to_detect_s", "false_positives_per_account_day",
                          "false_positives_upper95", "journal_sha256", "events_sha256", "wall_s"})
    EXPECT_TRUE(j.contains(key)) << key;
  EXPECT_EQ(j["accounts"], 220);
  EXPECT_EQ(j["journal_sha256"], std::string(64, 'a'));
  EXPECT_EQ(j["wall_s"], 42);
}

TEST(Summary, AMedianThatIsNotKnownIsNull) {
  Making making(3, 100);
  const nlohmann::json j = nlohmann::json::parse(to_json(summarize(making.done())));
  EXPECT_TRUE(j["median_time_to_detect_s"].is_null());
}

TEST(Summary, AnAccountCanBeQuarantinedRightlyAndWrongly) {
  Making making(3, 2000);
  making.infect(1, 50, 400)
      .quarantine(1, 100)
      .event(1, 450, EventKind::probation_began, State::probation)
      .quarantine(1, 800);
  making.quarantine(2, 500);
  const Summary s = summarize(making.done());
  EXPECT_EQ(s.quarantined_true, 1U);
  EXPECT_EQ(s.quarantined_false, 2U);
}

TEST(Points, ALifelikeRunShowsThemAll) {
  const Summary s = summarize(made::lifelike(5));
  ASSERT_EQ(s.points.size(), 9U);
  for (const Point& p : s.points) EXPECT_EQ(p.standing, Standing::shown) << p.title << ": " << p.found;
}

TEST(Points, WhatTheRunContradictsIsSaid) {
  Making making(60, 3600);
  for (std::uint32_t a = 1; a <= 20; ++a) {
    making.infect(a, 100, {}, a <= 10 ? "spam_bot" : "scanner");
    if (a <= 5) making.quarantine(a, 200);
  }
  for (std::uint32_t a = 1; a <= 60; ++a)
    for (int i = 0; i < 20; ++i)
      making.outcome(a, 300 + i, 0.2, "pop3", a <= 5 && i < 10 ? "timeout" : "ok")
          .outcome(a, 400 + i, 0.2, "relay_smtp", "ok");
  const Summary s = summarize(making.done());
  EXPECT_EQ(point(s, "Detection").standing, Standing::partly) << "half of the spam bots, no scanner";
  EXPECT_EQ(point(s, "POP3").standing, Standing::contradicted);
  EXPECT_EQ(point(s, "SMTP").standing, Standing::contradicted) << "mail still left from inside";
  EXPECT_EQ(point(s, "page").standing, Standing::contradicted) << "nobody saw it";
  EXPECT_EQ(point(s, "VoIP").standing, Standing::unseen);
  EXPECT_EQ(point(s, "Later").standing, Standing::unseen);
}

TEST(Points, ShadowClosesNothingAndIsNotBlamedForIt) {
  Making making(2, 1000);
  making.run.scenario.policy.quarantine_profile = static_cast<std::int64_t>(Profile::shadow);
  making.infect(1, 50).quarantine(1, 100).outcome(1, 200, 1, "relay_smtp", "ok").outcome(2, 200, 1, "relay_smtp", "ok");
  EXPECT_EQ(point(summarize(making.done()), "SMTP").standing, Standing::unseen);
}

TEST(Points, AProfileIsNotBlamedForWhatItLeavesOpen) {
  Making making(2, 1000);
  making.run.scenario.policy.quarantine_profile = static_cast<std::int64_t>(Profile::smtp_only);
  making.infect(1, 50).quarantine(1, 100);
  making.outcome(1, 200, 1, "relay_smtp", "refused").outcome(2, 200, 1, "relay_smtp", "ok");
  making.outcome(1, 200, 1, "web_http", "ok").outcome(2, 200, 1, "web_http", "ok");
  const Summary s = summarize(making.done());
  EXPECT_EQ(point(s, "SMTP").standing, Standing::shown);
  EXPECT_EQ(point(s, "HTTP").standing, Standing::unseen);
  EXPECT_THAT(point(s, "HTTP").found, HasSubstr("smtp_only leaves it open"));
}

TEST(Table, SaysTheSameInShortWithAndWithoutColour) {
  const Summary s = summarize(made::lifelike(5));
  const std::string plain = to_table(s, false), coloured = to_table(s, true);
  EXPECT_THAT(plain, HasSubstr("Spam bots"));
  EXPECT_THAT(plain, HasSubstr("0 of " + std::to_string(s.detection.wrong.clean_accounts) + " clean accounts"));
  EXPECT_THAT(plain, HasSubstr("Telephone (VoIP)"));
  EXPECT_THAT(plain, HasSubstr("Already removed, still infected: caught again"));
  EXPECT_THAT(plain, Not(HasSubstr("\033")));
  EXPECT_THAT(coloured, HasSubstr("\033[32m"));
}

TEST(Table, ATitleCannotSteerTheTerminal) {
  Making making(1, 100);
  making.run.scenario.title = "harmless\033]0;owned\007";
  EXPECT_THAT(to_table(summarize(making.done()), false), Not(HasSubstr("\033")));
}

TEST(Story, TellsScoresInNatsAndFindsAccountsByAddress) {
  Making making(3, 1000);
  making.quarantine(2, 100);
  const lazaret::Run run = making.done();
  const auto story = story_of(run, {2});
  ASSERT_EQ(story.size(), 2U);
  EXPECT_EQ(story[0].rule, "quarantine_proposed");
  EXPECT_DOUBLE_EQ(story[0].observed, 20);
  EXPECT_EQ(story[0].unit, "nat");
  EXPECT_DOUBLE_EQ(story[1].at_s, 100);
  EXPECT_FALSE(story[1].reason.empty());
  EXPECT_EQ(find_account(run, "2"), AccountId{2});
  EXPECT_EQ(find_account(run, "100.64.0.3"), AccountId{3});
  EXPECT_EQ(find_account(run, "4"), std::nullopt);
  EXPECT_EQ(find_account(run, "0"), std::nullopt);
  EXPECT_EQ(find_account(run, ""), std::nullopt);
}

}  // namespace
}  // namespace lazaret
