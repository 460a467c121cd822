// The API before a scripted daemon: roles, bad input, and what is told when the daemon refuses or is away.
#include <gmock/gmock.h>

#include "tests/console/desk.hpp"

namespace lazaret::console {
namespace {

using ::testing::HasSubstr;

struct Case {
  const char *method, *path, *body;
  Role least;
};
constexpr Case kCases[] = {
    {"GET", "/metrics", "", Role::metrics},
    {"GET", "/api/v1/status", "", Role::viewer},
    {"GET", "/api/v1/accounts", "", Role::viewer},
    {"GET", "/api/v1/accounts/7", "", Role::viewer},
    {"GET", "/api/v1/audit", "", Role::viewer},
    {"POST", "/api/v1/accounts/7/release", R"({"reason":"cleaned"})", Role::helpdesk},
    {"POST", "/api/v1/accounts/7/quarantine", R"({"why":"w"})", Role::operator_},
    {"POST", "/api/v1/accounts/7/classify", R"({"class":"exempt","why":"w"})", Role::operator_},
    {"POST", "/api/v1/fuse/reset", R"({"why":"w"})", Role::operator_},
    {"POST", "/api/v1/enforcement/stop", R"({"why":"w"})", Role::operator_},
    {"POST", "/api/v1/enforcement/resume", R"({"why":"w"})", Role::operator_},
};

TEST(console_api, every_role_may_do_its_own_and_no_more) {
  Desk desk;
  for (const Case& c : kCases) {
    EXPECT_EQ(desk.api(c.method, c.path, "", c.body).status, 401) << c.path;
    for (const Role role : {Role::metrics, Role::viewer, Role::helpdesk, Role::operator_}) {
      desk.daemon.asked.clear();
      const int status = desk.api(c.method, c.path, desk.token(role), c.body).status;
      EXPECT_EQ(status, role < c.least ? 403 : 200) << c.path << " as " << name_of(role);
      if (role < c.least) {
        EXPECT_TRUE(desk.daemon.asked.empty());
      }
    }
  }
}

TEST(console_api, a_session_opens_nothing_here_and_a_token_no_page) {
  Desk desk;
  Request r;
  r.method = "GET", r.path = "/api/v1/status";
  r.headers = {{"host", "console.example"}, {"cookie", desk.sign_in(desk.operator_)}};
  EXPECT_EQ(desk.console->answer(r).status, 401);
  r.path = "/";
  r.headers = {{"host", "console.example"}, {"authorization", "Bearer " + desk.operator_}};
  EXPECT_EQ(desk.console->answer(r).status, 303);
}

TEST(console_api, bad_input_is_told_as_a_problem_and_asks_nobody) {
  Desk desk;
  const std::string release = "/api/v1/accounts/7/release";
  const std::pair<std::string, std::string> bad[] = {
      {release, ""},
      {release, "[]"},
      {release, R"({"reason":"gladly"})"},
      {release, R"({"reason":7})"},
      {release, R"({"reason":"cleaned","extra":"x"})"},
      {release, R"({"reason":"cleaned","why":")" + std::string(201, 'x') + "\"}"},
      {release, R"({"reason":"cleaned","why":"two\nlines"})"},
      {release, "{\"reason\":\"cleaned\",\"why\":\"\xff\"}"},
      {"/api/v1/accounts/0/release", R"({"reason":"cleaned"})"},
      {"/api/v1/accounts/-1/release", R"({"reason":"cleaned"})"},
      {"/api/v1/accounts/4294967296/release", R"({"reason":"cleaned"})"},
      {"/api/v1/accounts/7 8/release", R"({"reason":"cleaned"})"},
      {"/api/v1/accounts/7/quarantine", R"({"why":"  "})"},
      {"/api/v1/accounts/7/classify", R"({"class":"ordinary"})"},
      {"/api/v1/enforcement/stop", "{}"}};
  for (const auto& [path, body] : bad) {
    const Response response = desk.api("POST", path, desk.operator_, body);
    EXPECT_EQ(response.status, 400) << path << " " << body;
    EXPECT_EQ(response.type, "application/problem+json");
    const auto problem = nlohmann::json::parse(response.body);
    EXPECT_EQ(problem["status"], 400);
    EXPECT_FALSE(problem["title"].empty());
    EXPECT_FALSE(problem["detail"].empty());
  }
  EXPECT_TRUE(desk.daemon.asked.empty());
  EXPECT_EQ(desk.api("GET", "/api/v1/accounts?after=x", desk.viewer).status, 400);
  EXPECT_EQ(desk.api("GET", "/api/v1/accounts/x", desk.viewer).status, 400);
  EXPECT_EQ(desk.api("GET", "/api/v1/nothing", desk.viewer).status, 404);
  EXPECT_EQ(desk.api("DELETE", "/api/v1/status", desk.operator_).status, 405);
  EXPECT_EQ(desk.api("GET", release, desk.operator_).status, 405);
}

TEST(console_api, an_account_comes_with_its_story) {
  Desk desk;
  const auto account = nlohmann::json::parse(desk.api("GET", "/api/v1/accounts/7", desk.viewer).body);
  EXPECT_EQ(account["state"], "quarantined");
  ASSERT_EQ(account["events"].size(), 2U);
  EXPECT_EQ(account["events"][0]["text"], "23 of 24 <failed>");
  EXPECT_FALSE(account.contains("v"));
}

TEST(console_api, a_daemon_that_refuses_or_is_away_is_told_apart_and_both_are_on_record) {
  Desk desk;
  desk.daemon.answers["release 7 cleaned"] = R"({"v":1,"error":"not kept: disk full"})";
  const Response refused = desk.api("POST", "/api/v1/accounts/7/release", desk.helpdesk, R"({"reason":"cleaned"})");
  EXPECT_EQ(refused.status, 409);
  EXPECT_THAT(refused.body, HasSubstr("disk full"));
  desk.daemon.away = true;
  EXPECT_EQ(desk.api("POST", "/api/v1/accounts/7/release", desk.helpdesk, R"({"reason":"other"})").status, 504);
  EXPECT_EQ(desk.api("GET", "/api/v1/status", desk.viewer).status, 503);
  EXPECT_EQ(desk.api("GET", "/api/v1/accounts/7", desk.viewer).status, 503);
  const auto trail = desk.console->audit().latest();
  ASSERT_EQ(trail.size(), 2U);
  EXPECT_EQ(trail[0].outcome, "no answer");
  EXPECT_EQ(trail[1].outcome, "refused: not kept: disk full");
}

}  // namespace
}  // namespace lazaret::console
