// What a subscriber meets, and what others get who try: requests against the portal, in front of a real core.
#include "datapath/portal/portal.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "datapath/portal/probes.hpp"
#include "tests/portal/daemon.hpp"
#include "tests/portal/visitor.hpp"

namespace lazaret::portal {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr AccountId kIll{2}, kAlsoIll{3}, kWell{4};
const std::string kIllAt = "100.64.0.2", kAlsoIllAt = "2001:db8:1::3", kWellAt = "100.64.0.4", kStranger = "192.0.2.77";

std::string header(const Response& r, const std::string& name) {
  for (const auto& [key, value] : r.headers)
    if (key == name) return value;
  return {};
}

struct PortalTest : ::testing::Test {
  PortalTest() : daemon(policy()) {
    daemon.infect(kIll, kIllAt);
    daemon.infect(kAlsoIll, "100.64.0.3");
    daemon.bind(kAlsoIll, kAlsoIllAt);
    daemon.bind(kWell, kWellAt);
    clock = daemon.now_s();
  }
  static Policy policy() {
    Policy p;
    p.quarantine_later_max = 3;
    p.services_remediation_names.add("scanner.example");
    return p;
  }
  Response ask(const Request& r) { return portal.answer(r); }
  std::string page(const std::string& peer) { return ask(get(peer, "/")).body; }
  /// As a person does it: looks, reads, chooses.
  Response choose(const std::string& peer, const std::string& choice) {
    const Request form = post(peer, page(peer), choice);
    clock += 10;
    return ask(form);
  }

  Daemon daemon;
  std::int64_t clock = 0;
  bool down = false;
  Portal portal{test_config(),
                [this](const Ask& a) { return down ? std::nullopt : std::optional<Answer>(daemon.answer(a)); },
                [this] { return clock; }, TokenMaker::Key{1, 2, 3}};
};

TEST_F(PortalTest, TheWarningSaysWhatWasSeenOnWhichDeviceAndWhatCanBeDone) {
  const Response r = ask(get(kIllAt, "/"));
  EXPECT_EQ(r.status, 200);
  for (const char* part :
       {"A device on your line is probably infected", "port 23 (Telnet)", "November 2026", "A router, camera",
        "Sending mail and the web are closed", "value=\"now\"", "value=\"later\"", "value=\"already\"",
        "You can do this 3 more times.", "https://www.scanner.example/free", "0800 000000", "Example &amp; Sons",
        "Your reference number, if you call: 2", "lang=\"en\""})
    EXPECT_THAT(r.body, HasSubstr(part));
  EXPECT_THAT(r.body, Not(HasSubstr("elsewhere.example"))) << "the garden would not let that link through";
  EXPECT_THAT(r.body, Not(HasSubstr("<script")));
  EXPECT_THAT(r.body, Not(HasSubstr("{{")));
  EXPECT_EQ(header(r, "Cache-Control"), "no-store");
  EXPECT_EQ(header(r, "Set-Cookie"), "");
  EXPECT_THAT(header(r, "Content-Security-Policy"), HasSubstr("default-src 'none'; style-src 'sha256-"));
}

TEST_F(PortalTest, LaterIsTakenSoManyTimesAndThenNoLongerOffered) {
  for (unsigned left = 3; left > 0; --left) {
    ASSERT_EQ(daemon.status(kIll).later_left, left);
    EXPECT_EQ(choose(kIllAt, "later").status, 303);
    EXPECT_EQ(daemon.status(kIll).state, State::deferred);
    EXPECT_THAT(page(kIllAt), HasSubstr("Your line is open for now"));
    daemon.wait(86402);
    clock = daemon.now_s();
    ASSERT_EQ(daemon.status(kIll).state, State::quarantined);
  }
  const std::string last = page(kIllAt);
  EXPECT_THAT(last, Not(HasSubstr("value=\"later\"")));
  EXPECT_THAT(last, HasSubstr("no longer possible"));
  EXPECT_THAT(last, HasSubstr("port 23 (Telnet)")) << "days later the reasons are still told";
  EXPECT_EQ(choose(kIllAt, "later").status, 422);
  EXPECT_EQ(daemon.status(kIll).state, State::quarantined);
  EXPECT_EQ(daemon.committed().size(), 3U);
}

TEST_F(PortalTest, NowKeepsTheOtherChoicesOpenAndAlreadyOpensTheLine) {
  EXPECT_EQ(choose(kIllAt, "now").status, 303);
  EXPECT_EQ(daemon.status(kIll).state, State::remediating);
  const std::string cleaning = page(kIllAt);
  EXPECT_THAT(cleaning, HasSubstr("Time to clean your devices"));
  EXPECT_THAT(cleaning, Not(HasSubstr("value=\"now\"")));
  EXPECT_EQ(choose(kIllAt, "already").status, 303);
  EXPECT_EQ(daemon.status(kIll).state, State::probation);
  EXPECT_THAT(page(kIllAt), HasSubstr("Your line is open"));
  EXPECT_THAT(page(kIllAt), Not(HasSubstr("<form")));
}

TEST_F(PortalTest, AChoiceCountsOnceAndForItsLineOnly) {
  const Request mine = post(kIllAt, page(kIllAt), "later");
  Request stolen = mine;
  stolen.peer = get(kAlsoIllAt, "/").peer;
  clock += 10;
  EXPECT_EQ(ask(stolen).status, 409);
  EXPECT_EQ(daemon.status(kAlsoIll).state, State::quarantined);
  EXPECT_EQ(ask(mine).status, 303);
  EXPECT_EQ(ask(mine).status, 409) << "replayed";
  EXPECT_EQ(daemon.status(kIll).later_left, 2);
  daemon.wait(86402);
  ASSERT_EQ(daemon.status(kIll).state, State::quarantined);
  EXPECT_NE(ask(mine).status, 303) << "replayed when the line is quarantined again";
  EXPECT_EQ(daemon.committed().size(), 1U);
}

TEST_F(PortalTest, ATokenIsSpentByAWrongAnswerAndSoAreTries) {
  const std::string first = page(kIllAt);
  Request wrong = post(kIllAt, first, "later");
  wrong.form["answer"] = wrong_answer(first);
  clock += 10;
  const Response refused = ask(wrong);
  EXPECT_EQ(refused.status, 422);
  EXPECT_THAT(refused.body, HasSubstr("That was not the answer"));
  EXPECT_THAT(refused.body, HasSubstr("role=\"alert\""));
  EXPECT_EQ(ask(post(kIllAt, first, "later")).status, 409) << "the same token with the right answer";
  for (int n = 0; n < 3; ++n) EXPECT_NE(ask(wrong).status, 429);
  const Request right = post(kIllAt, page(kIllAt), "later");
  clock += 10;
  EXPECT_EQ(ask(right).status, 429) << "after five tries even the right answer has to wait";
  EXPECT_EQ(choose(kAlsoIllAt, "later").status, 303) << "another line's tries are its own";
  EXPECT_EQ(daemon.status(kIll).state, State::quarantined);
  clock += Portal::kTryPeriod_s;
  EXPECT_EQ(choose(kIllAt, "later").status, 303);
}

TEST_F(PortalTest, WhatIsTooQuickTooOldOrFromBeforeIsAskedAgain) {
  const Request quick = post(kIllAt, page(kIllAt), "later");
  EXPECT_THAT(ask(quick).body, HasSubstr("That was very quick"));
  clock += 10;
  EXPECT_EQ(ask(quick).status, 303) << "but the token was not spent by it";
  const Request old = post(kAlsoIllAt, page(kAlsoIllAt), "now");
  clock += TokenMaker::kLifetime_s + 1;
  EXPECT_EQ(ask(old).status, 409);
  const Request before = post(kAlsoIllAt, page(kAlsoIllAt), "now");
  daemon.command(CommandKind::operator_release, kAlsoIll);
  clock += 10;
  EXPECT_EQ(ask(before).status, 409) << "an operator was quicker";
  EXPECT_EQ(daemon.committed().size(), 1U);
}

TEST_F(PortalTest, OtherSitesCannotPost) {
  const auto with = [&](const std::string& origin, const std::string& site) {
    Request r = post(kIllAt, page(kIllAt), "later");
    r.headers["origin"] = origin;
    r.headers["sec-fetch-site"] = site;
    clock += 200;
    return ask(r).status;
  };
  const std::string own = std::string("http://") + kHost;
  for (const char* origin : {"http://evil.example", "null", "http://portal.isp.example.evil.example", "ftp://x"})
    EXPECT_EQ(with(origin, ""), 403) << origin;
  EXPECT_EQ(with(own, "cross-site"), 403);
  EXPECT_EQ(with(own, "same-site"), 403);
  EXPECT_EQ(with("", "cross-site"), 403);
  EXPECT_EQ(with("", ""), 403) << "a browser says where a form comes from";
  EXPECT_TRUE(daemon.committed().empty());
  EXPECT_EQ(with(own, "same-origin"), 303);
}

TEST_F(PortalTest, WithoutAWholeFormNothingHappens) {
  for (const char* field : {"token", "choice", "answer"}) {
    Request r = post(kIllAt, page(kIllAt), "later");
    r.form.erase(field);
    clock += 200;
    EXPECT_THAT(ask(r).status, ::testing::AnyOf(409, 422)) << field;
  }
  for (const char* choice : {"none", "release", "LATER", ""}) {
    clock += 200;
    EXPECT_EQ(choose(kIllAt, choice).status, 422) << choice;
  }
  EXPECT_TRUE(daemon.committed().empty());
}

TEST_F(PortalTest, WhoIsNotRestrictedOrNotKnownHasNothingToChoose) {
  EXPECT_THAT(page(kWellAt), HasSubstr("Your line is not restricted"));
  EXPECT_THAT(page(kWellAt), Not(HasSubstr("<form")));
  const Response stranger = ask(get(kStranger, "/"));
  EXPECT_EQ(stranger.status, 403);
  EXPECT_THAT(stranger.body, Not(HasSubstr("<form")));
  for (const std::string& peer : {kWellAt, kStranger}) {
    Request r = post(kIllAt, page(kIllAt), "later");
    r.peer = get(peer, "/").peer;
    clock += 10;
    EXPECT_NE(ask(r).status, 303) << peer;
  }
  EXPECT_TRUE(daemon.committed().empty());
}

TEST_F(PortalTest, AcknowledgedOnlyWhenDurable) {
  daemon.disk_full = true;
  const Response refused = choose(kIllAt, "later");
  EXPECT_EQ(refused.status, 503);
  EXPECT_THAT(refused.body, HasSubstr("could not be stored"));
  EXPECT_EQ(daemon.status(kIll).state, State::quarantined);
  daemon.disk_full = false;
  EXPECT_EQ(choose(kIllAt, "later").status, 303);
  ASSERT_EQ(daemon.committed().size(), 1U);
  EXPECT_THAT(daemon.committed()[0], HasSubstr("later"));
}

TEST_F(PortalTest, DownSaysSoAndKeepsNothing) {
  const Request form = post(kIllAt, page(kIllAt), "later");
  down = true;
  clock += 10;
  const Response page_down = ask(get(kIllAt, "/"));
  EXPECT_EQ(page_down.status, 503);
  EXPECT_THAT(page_down.body, HasSubstr("We cannot look up your line at the moment"));
  EXPECT_THAT(page_down.body, HasSubstr("0800 000000"));
  EXPECT_EQ(header(page_down, "Retry-After"), "60");
  EXPECT_EQ(ask(form).status, 503);
  EXPECT_EQ(ask(get(kIllAt, "/captive")).status, 503);
  EXPECT_EQ(ask(get(kIllAt, "/generate_204", "www.gstatic.com")).status, 302) << "whoever comes here is in the garden";
  down = false;
  EXPECT_EQ(daemon.status(kIll).state, State::quarantined);
  EXPECT_EQ(ask(form).status, 303) << "the same form works once the daemon is back";
}

TEST_F(PortalTest, CallUsWhenNothingIsLeftToChoose) {
  for (int n = 0; n < 7; ++n) {
    daemon.command(CommandKind::operator_release, kIll);
    daemon.command(CommandKind::operator_quarantine, kIll);
  }
  ASSERT_EQ(daemon.status(kIll).later_left, 0);
  clock = daemon.now_s();
  const std::string only_now = page(kIllAt);
  EXPECT_THAT(only_now, HasSubstr("has been used too often"));
  EXPECT_EQ(choose(kIllAt, "now").status, 303);
  EXPECT_THAT(page(kIllAt), HasSubstr("Please call us"));
  EXPECT_THAT(page(kIllAt), Not(HasSubstr("<form")));
}

TEST_F(PortalTest, DevicesRaiseTheirNoticeInTheGardenAndDropItOutside) {
  std::set<std::string_view> who;
  for (const Probe& probe : probes()) {
    who.insert(probe.who);
    const Response in = ask(get(kIllAt, std::string(probe.path), std::string(probe.host)));
    EXPECT_EQ(in.status, 302) << probe.host;
    EXPECT_EQ(header(in, "Location"), std::string("http://") + kHost + "/");
    EXPECT_EQ(header(in, "Cache-Control"), "no-store");
    EXPECT_EQ(in.body.find(probe.body.empty() ? "x-nothing" : probe.body), std::string::npos);
    const Response out = ask(get(kWellAt, std::string(probe.path), std::string(probe.host)));
    EXPECT_EQ(out.status, probe.status) << probe.host;
    EXPECT_EQ(out.body, probe.body);
  }
  for (const char* wanted : {"Android", "Apple", "Windows", "Firefox", "Chromium"}) EXPECT_TRUE(who.contains(wanted));
}

TEST_F(PortalTest, EverythingElseIsLedHereAndNeverCached) {
  const Response page_load = ask(get(kIllAt, "/news?x=1", "www.news.example"));
  EXPECT_EQ(page_load.status, 302);
  EXPECT_EQ(header(page_load, "Location"), std::string("http://") + kHost + "/");
  Request program = get(kIllAt, "/data.json", "api.example");
  program.headers["sec-fetch-mode"] = "cors";
  Request sent = get(kIllAt, "/login", "shop.example");
  sent.method = "POST";
  sent.form["password"] = "secret";
  for (const Request& r : {program, sent}) {
    const Response told = ask(r);
    EXPECT_EQ(told.status, 511);
    EXPECT_THAT(told.body, HasSubstr(std::string("href=\"http://") + kHost + "/\""));
    EXPECT_THAT(told.body, Not(HasSubstr("secret")));
    EXPECT_EQ(header(told, "Cache-Control"), "no-store");
  }
}

TEST_F(PortalTest, ForgedHostsAreNotThisHost) {
  for (const char* host : {"portal.isp.example.evil.example", "evil.example:80", "portal.isp.example@evil.example",
                           "127.0.0.1", "[::1]:80", "portal"}) {
    const Response r = ask(get(kIllAt, "/", host));
    EXPECT_EQ(r.status, 302) << host;
    EXPECT_EQ(header(r, "Location"), std::string("http://") + kHost + "/") << host;
  }
  for (const char* host : {"portal.isp.example:x", "portal.isp.example:999999", ""})
    EXPECT_EQ(ask(get(kIllAt, "/", host)).status, 400) << host;
  for (const char* host : {"PORTAL.isp.example", "portal.isp.example:8080", "portal.isp.example."})
    EXPECT_EQ(ask(get(kIllAt, "/", host)).status, 200) << host;
}

TEST_F(PortalTest, TheCaptivePortalApi) {
  const Response in = ask(get(kIllAt, "/captive"));
  EXPECT_EQ(in.type, "application/captive+json");
  EXPECT_EQ(in.body, std::string("{\"captive\":true,\"user-portal-url\":\"http://") + kHost + "/\"}");
  EXPECT_EQ(header(in, "Cache-Control"), "no-store");
  EXPECT_EQ(ask(get(kStranger, "/captive")).body, "{\"captive\":false}");
  EXPECT_EQ(choose(kIllAt, "later").status, 303);
  daemon.wait(2);
  clock = daemon.now_s();
  const std::string out = ask(get(kIllAt, "/captive")).body;
  EXPECT_THAT(out, HasSubstr("\"captive\":false"));
  EXPECT_THAT(out, HasSubstr("\"seconds-remaining\":8639"));
}

TEST_F(PortalTest, LanguagesByBrowserAndByLink) {
  Request r = get(kIllAt, "/");
  r.headers["accept-language"] = "de-CH,de;q=0.9,en;q=0.8";
  EXPECT_THAT(ask(r).body, HasSubstr("Ein Gerät an Ihrem Anschluss ist wahrscheinlich infiziert"));
  r.query["lang"] = "fr";
  EXPECT_THAT(ask(r).body, HasSubstr("Un appareil de votre ligne est probablement infecté"));
  EXPECT_THAT(ask(r).body, HasSubstr("action=\"/choose?lang=fr\""));
}

TEST_F(PortalTest, AFloodFromOneLineIsNoOthersLoss) {
  int busy = 0;
  for (int n = 0; n < 1000; ++n) busy += ask(get(kIllAt, "/x", "bot.example")).status == 429;
  EXPECT_EQ(busy, 1000 - Portal::kRequests);
  EXPECT_EQ(ask(get(kIllAt, "/")).status, 200) << "a bot that calls elsewhere does not keep the person from the page";
  for (int n = 1; n < Portal::kRequests; ++n) (void)ask(get(kIllAt, "/"));
  EXPECT_EQ(ask(get(kIllAt, "/")).status, 429);
  EXPECT_EQ(ask(get(kAlsoIllAt, "/")).status, 200);
  clock += Portal::kRequestPeriod_s;
  EXPECT_EQ(ask(get(kIllAt, "/")).status, 200);
}

TEST_F(PortalTest, WhatItDoesNotKnowIsRefused) {
  EXPECT_EQ(ask(get(kIllAt, "/admin")).status, 404);
  EXPECT_EQ(ask(get(kIllAt, "/choose")).status, 303);
  for (const char* method : {"POST", "PUT", "DELETE", "PATCH", "OPTIONS"}) {
    Request r = get(kIllAt, "/");
    r.method = method;
    EXPECT_EQ(ask(r).status, 405) << method;
  }
}

TEST_F(PortalTest, TheDeskForgetsWhoIsClear) {
  EXPECT_EQ(daemon.remembered(), 2U);
  daemon.command(CommandKind::operator_release, kIll);
  EXPECT_EQ(daemon.remembered(), 1U);
  const Answer gone = daemon.answer(AskLine{get(kIllAt, "/").peer});
  EXPECT_TRUE(std::get<Line>(gone).reasons.empty());
}

}  // namespace
}  // namespace lazaret::portal
