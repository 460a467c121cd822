// The pages: what each role is offered, what is escaped, and that they need no script.
#include <gmock/gmock.h>

#include "tests/console/desk.hpp"

namespace lazaret::console {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(console_pages, carry_no_script_and_no_style_of_their_own) {
  Desk desk(false);
  const std::string cookie = desk.sign_in(desk.operator_);
  for (const char* path : {"/login", "/", "/accounts", "/accounts/7", "/audit", "/nothing"}) {
    const Response page = desk.get(path, cookie);
    EXPECT_THAT(page.body, Not(HasSubstr("<script"))) << path;
    EXPECT_THAT(page.body, Not(HasSubstr("style="))) << path;
    EXPECT_THAT(page.body, Not(HasSubstr("{{"))) << path;
    EXPECT_THAT(page.body, HasSubstr("Example &lt;Internet&gt;")) << path;
    EXPECT_THAT(header_of(page, "Content-Security-Policy"), HasSubstr("default-src 'none'; style-src 'self';"));
    EXPECT_EQ(header_of(page, "X-Frame-Options"), "DENY");
    EXPECT_EQ(header_of(page, "Cache-Control"), "no-store");
    EXPECT_THAT(header_of(page, "Strict-Transport-Security"), HasSubstr("max-age="));
  }
  EXPECT_EQ(desk.get("/nothing", cookie).status, 404);
  EXPECT_EQ(desk.get("/console.css").type, "text/css; charset=utf-8");
}

TEST(console_pages, offer_a_role_what_it_may_do) {
  Desk desk;
  const std::string as_viewer = desk.get("/accounts/7", desk.sign_in(desk.viewer)).body;
  EXPECT_THAT(as_viewer, HasSubstr("Your role looks only."));
  EXPECT_THAT(as_viewer, Not(HasSubstr("action=\"/accounts/")));
  const std::string as_helpdesk = desk.get("/accounts/7", desk.sign_in(desk.helpdesk)).body;
  EXPECT_THAT(as_helpdesk, HasSubstr("action=\"/accounts/7/release\""));
  EXPECT_THAT(as_helpdesk, Not(HasSubstr("/classify")));
  const std::string as_operator = desk.get("/accounts/7", desk.sign_in(desk.operator_)).body;
  EXPECT_THAT(as_operator, HasSubstr("action=\"/accounts/7/classify\""));
  EXPECT_THAT(as_operator, HasSubstr("23 of 24 &lt;failed&gt;"));
  const std::string viewer = desk.sign_in(desk.viewer);
  EXPECT_THAT(desk.get("/", viewer).body, Not(HasSubstr("/enforcement/stop")));
  EXPECT_EQ(desk.post("/enforcement/stop", viewer, {{"csrf", desk.csrf(viewer)}, {"why", "x"}}).status, 403)
      << "what is not offered is not taken either";
}

TEST(console_pages, act_once_and_say_so_once) {
  Desk desk;
  const std::string cookie = desk.sign_in(desk.helpdesk), csrf = desk.csrf(cookie);
  const Response done =
      desk.post("/accounts/7/release", cookie, {{"csrf", csrf}, {"reason", "cleaned"}, {"why", "<b>"}});
  EXPECT_EQ(done.status, 303);
  EXPECT_EQ(header_of(done, "Location"), "/accounts/7");
  EXPECT_THAT(desk.get("/accounts/7", cookie).body, HasSubstr("Done, and on stable storage."));
  const std::string again = desk.get("/accounts/7", cookie).body;
  EXPECT_THAT(again, Not(HasSubstr("Done, and on stable storage.")));
  EXPECT_THAT(again, HasSubstr("&lt;b&gt;")) << "the trail of this account stands on its page";
  EXPECT_THAT(desk.get("/audit", cookie).body, HasSubstr("the-helpdesk"));
  const Response bad = desk.post("/accounts/7/release", cookie, {{"csrf", csrf}, {"reason", "gladly"}});
  EXPECT_EQ(bad.status, 400);
  EXPECT_THAT(bad.body, HasSubstr("role=\"alert\""));
}

TEST(console_pages, say_that_the_daemon_is_away) {
  Desk desk;
  const std::string cookie = desk.sign_in(desk.viewer);
  desk.daemon.away = true;
  for (const char* path : {"/", "/accounts", "/accounts/7"})
    EXPECT_THAT(desk.get(path, cookie).body, HasSubstr("The daemon gives no answer")) << path;
}

TEST(console_pages, tell_times_and_ages) {
  EXPECT_EQ(time_text(1'795'532'400), "2026-11-24 15:00:00 UTC");
  EXPECT_EQ(age_text(59), "59 s");
  EXPECT_EQ(age_text(3599), "59 min");
  EXPECT_EQ(age_text(7200), "2 h");
  EXPECT_EQ(age_text(200'000), "2 days");
}

}  // namespace
}  // namespace lazaret::console
