// Tokens, sessions, and what keeps others out.
#include <gmock/gmock.h>

#include "tests/console/desk.hpp"

namespace lazaret::console {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(console_access, a_token_is_found_by_its_digest_alone) {
  const std::string token = new_token().value();
  EXPECT_EQ(token.size(), 68U);
  EXPECT_NE(token, new_token().value());
  const Access access({{"anna", Role::viewer, digest_of(token)}});
  ASSERT_NE(access.holder(token), nullptr);
  EXPECT_EQ(access.holder(token)->name, "anna");
  std::string other = token;
  other.back() = other.back() == '0' ? '1' : '0';
  EXPECT_EQ(access.holder(other), nullptr);
  EXPECT_EQ(access.holder(in_hex(digest_of(token))), nullptr) << "what the configuration says opens nothing";
  EXPECT_EQ(access.holder(token.substr(0, 67)), nullptr);
  EXPECT_EQ(access.holder(""), nullptr);
  EXPECT_EQ(from_hex(in_hex(digest_of("abc"))), digest_of("abc"));
  EXPECT_EQ(in_hex(digest_of("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(console_access, without_a_session_there_is_only_the_door) {
  Desk desk;
  for (const char* path : {"/", "/accounts", "/accounts/7", "/audit", "/nothing"}) {
    EXPECT_EQ(desk.get(path).status, 303) << path;
    EXPECT_EQ(header_of(desk.get(path), "Location"), "/login");
    EXPECT_EQ(desk.get(path, "lazaret=" + std::string(64, 'a')).status, 303) << path;
  }
  EXPECT_EQ(desk.post("/accounts/7/release", "", {{"reason", "cleaned"}}).status, 303);
  EXPECT_THAT(desk.daemon.asked, IsEmpty());
}

TEST(console_access, the_cookie_is_for_this_site_and_no_script) {
  Desk tls(false), plain(true);
  const std::string cookie = header_of(tls.post("/login", "", {{"token", tls.viewer}}), "Set-Cookie");
  EXPECT_THAT(cookie, HasSubstr("__Host-lazaret="));
  for (const char* part : {"; HttpOnly", "; Secure", "; SameSite=Strict", "; Path=/"})
    EXPECT_THAT(cookie, HasSubstr(part));
  EXPECT_THAT(cookie, Not(HasSubstr(tls.viewer))) << "the token itself stays out of the browser";
  EXPECT_THAT(header_of(plain.post("/login", "", {{"token", plain.viewer}}), "Set-Cookie"), Not(HasSubstr("Secure")));
  EXPECT_EQ(tls.post("/login", "", {{"token", tls.metrics}}).status, 403);
  EXPECT_EQ(tls.post("/login", "", {{"token", "x"}}).status, 403);
}

TEST(console_access, sessions_end_by_rest_by_age_and_by_signing_out) {
  Desk desk;
  const std::string idle = desk.sign_in(desk.viewer);
  EXPECT_EQ(desk.get("/", idle).status, 200);
  desk.now_s += Access::kIdle_s + 1;
  EXPECT_EQ(desk.get("/", idle).status, 303);
  const std::string busy = desk.sign_in(desk.viewer);
  for (std::int64_t passed = 0; passed < Access::kLongest_s; passed += 1200, desk.now_s += 1200)
    EXPECT_EQ(desk.get("/", busy).status, 200);
  desk.now_s += 1;
  EXPECT_EQ(desk.get("/", busy).status, 303);
  const std::string leaves = desk.sign_in(desk.viewer);
  EXPECT_EQ(desk.post("/logout", leaves, {{"csrf", desk.csrf(leaves)}}).status, 303);
  EXPECT_EQ(desk.get("/", leaves).status, 303);
}

TEST(console_access, forms_of_other_sites_and_other_sessions_do_nothing) {
  Desk desk;
  const std::string cookie = desk.sign_in(desk.operator_), other = desk.sign_in(desk.operator_);
  const std::string csrf = desk.csrf(cookie), theirs = desk.csrf(other);
  ASSERT_EQ(csrf.size(), 64U);
  desk.daemon.asked.clear();
  const auto release = [&](const std::string& with, std::map<std::string, std::string> headers) {
    Request r;
    r.method = "POST", r.path = "/accounts/7/release";
    r.headers = {{"host", "console.example"}, {"cookie", cookie}};
    r.headers.merge(headers);
    r.form = {{"csrf", with}, {"reason", "cleaned"}};
    return desk.console->answer(r).status;
  };
  EXPECT_EQ(release("", {{"origin", "http://console.example"}}), 403);
  EXPECT_EQ(release(theirs, {{"origin", "http://console.example"}}), 403);
  EXPECT_EQ(release(csrf, {{"origin", "http://evil.example"}}), 403);
  EXPECT_EQ(release(csrf, {{"origin", "null"}}), 403);
  EXPECT_EQ(release(csrf, {{"sec-fetch-site", "cross-site"}}), 403);
  EXPECT_EQ(release(csrf, {{"origin", "http://console.example"}, {"sec-fetch-site", "same-site"}}), 403);
  EXPECT_EQ(release(csrf, {}), 403);
  for (const std::string& words : desk.daemon.asked) EXPECT_THAT(words, Not(HasSubstr("release")));
  EXPECT_THAT(desk.console->audit().latest(), IsEmpty());
  EXPECT_EQ(release(csrf, {{"origin", "http://console.example"}}), 303) << "and the right one is let through";
  EXPECT_THAT(desk.daemon.asked.back(), "release 7 cleaned");
}

TEST(console_access, another_host_name_is_refused_and_forwarding_fields_are_not_read) {
  Desk desk;
  Request r;
  r.method = "GET", r.path = "/";
  r.headers = {{"host", "evil.example"}, {"cookie", desk.sign_in(desk.viewer)}};
  EXPECT_EQ(desk.console->answer(r).status, 421);
  r.headers["host"] = "CONSOLE.example:8443";
  EXPECT_EQ(desk.console->answer(r).status, 200);
  // An address that a field claims wins no further tries.
  r.path = "/api/v1/status", r.peer = IpAddress::v4(0x7f000009);
  for (int n = 0; n < 30; ++n) {
    r.headers["authorization"] = "Bearer wrong";
    r.headers["x-forwarded-for"] = "192.0.2." + std::to_string(n);
    EXPECT_EQ(desk.console->answer(r).status, n < Console::kTries ? 401 : 429) << n;
  }
}

TEST(console_access, who_tries_tokens_has_to_wait_and_others_have_not) {
  Desk desk;
  for (int n = 0; n < Console::kTries; ++n) EXPECT_EQ(desk.api("GET", "/api/v1/status", "wrong").status, 401);
  EXPECT_EQ(desk.api("GET", "/api/v1/status", desk.viewer).status, 429) << "the right one, too: nothing is told";
  EXPECT_EQ(desk.post("/login", "", {{"token", desk.viewer}}).status, 429);
  Request other;
  other.peer = IpAddress::v4(0x7f000002), other.method = "GET", other.path = "/api/v1/status";
  other.headers = {{"host", "console.example"}, {"authorization", "bearer " + desk.viewer}};
  EXPECT_EQ(desk.console->answer(other).status, 200);
  desk.now_s += Console::kTryPeriod_s;
  EXPECT_EQ(desk.api("GET", "/api/v1/status", desk.viewer).status, 200);
}

}  // namespace
}  // namespace lazaret::console
