// Abuse reports as mails, written by hand in the documented formats, and what they mean for an account.
#include "scenarios/abuse_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/intel/feed.hpp"
#include "scenarios/mail.hpp"
#include "tests/laws/dice.hpp"
#include "tests/scenarios/files.hpp"

namespace lazaret {
namespace {

using testing::HasSubstr;

constexpr std::int64_t kWhen = 1191931400;  // 2007-10-09 12:03:20 UTC
constexpr const char* kServer = "mx.isp.example";

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), with);
}

const std::string kArf =
    "Authentication-Results: mx.isp.example 1; spf=pass smtp.mailfrom=reports.example.net;\r\n"
    "\tdkim=pass (good signature) header.d=example.net header.s=k1\r\n"
    "From: \"Feedback, Loop\" <fbl@reports.Example.net>\r\n"
    "To: abuse@isp.example\r\n"
    "Date: Wed, 10 Oct 2007 09:00:00 +0000\r\n"
    "Subject: complaint\r\n"
    "MIME-Version: 1.0\r\n"
    "Content-Type: multipart/report; report-type=feedback-report;\r\n"
    "\tboundary=\"part\"\r\n"
    "\r\n"
    "--part\r\n"
    "Content-Type: text/plain; charset=US-ASCII\r\n"
    "\r\n"
    "This is a complaint about a mail from 192.0.2.7.\r\n"
    "\r\n"
    "--part\r\n"
    "Content-Type: message/feedback-report\r\n"
    "\r\n"
    "Feedback-Type: abuse\r\n"
    "User-Agent: Invented/1.0\r\n"
    "Version: 1\r\n"
    "Original-Mail-From: <someone@example.org>\r\n"
    "Arrival-Date: Tue, 9 Oct 2007\r\n"
    " 14:03:20 +0200\r\n"
    "Source-IP: 192.0.2.7\r\n"
    "Source-Port: 1500\r\n"
    "Incidents: 3\r\n"
    "\r\n"
    "--part\r\n"
    "Content-Type: message/rfc822\r\n"
    "Content-Disposition: inline\r\n"
    "\r\n"
    "From: someone@example.org\r\n"
    "Source-IP: 203.0.113.9\r\n"
    "\r\n"
    "Buy this.\r\n"
    "--part--\r\n";

const std::string kXarf =
    "From: Honeypot <xarf@pots.example>\n"
    "X-XARF: PLAIN\n"
    "MIME-Version: 1.0\n"
    "Content-Type: multipart/mixed; boundary=Abuse-1\n"
    "\n"
    "--Abuse-1\n"
    "Content-Type: text/plain; charset=utf-8\n"
    "\n"
    "Somebody tries passwords.\n"
    "--Abuse-1\n"
    "Content-Type: text/plain; charset=utf-8; name=\"report.txt\"\n"
    "\n"
    "---\n"
    "Reported-From: xarf@pots.example\n"
    "Category: abuse\n"
    "Report-Type: login-attack\n"
    "Service: ssh\n"
    "Port: 22\n"
    "User-Agent: Invented 1\n"
    "Report-ID: 1@pots.example\n"
    "Date: 2007-10-09T14:03:20+02:00\n"
    "Source: 192.0.2.7\n"
    "Source-Type: ip-address\n"
    "Attachment: text/plain\n"
    "Schema-URL: http://www.x-arf.org/schema/abuse_login-attack_0.1.2.json\n"
    "--Abuse-1\n"
    "Content-Type: text/plain; name=logfile.log\n"
    "\n"
    "14:03:20 failed password\n"
    "--Abuse-1--\n";

AbuseReport read(const std::string& mail) {
  const auto result = parse_abuse_report("mail", mail, kServer);
  if (const auto* problem = std::get_if<Problem>(&result)) {
    ADD_FAILURE() << problem->message;
    return {};
  }
  return std::get<AbuseReport>(result);
}

std::string refusal(const std::string& mail) {
  const auto result = parse_abuse_report("mail", mail, kServer);
  return result.index() == 1 ? std::get<Problem>(result).message : "it was read";
}

TEST(AbuseReport, Arf) {
  const AbuseReport r = read(kArf);
  EXPECT_EQ(to_text(r.source), "192.0.2.7");
  EXPECT_EQ(r.source_port, 1500);
  EXPECT_EQ(r.at, Timestamp{} + seconds(kWhen));
  EXPECT_EQ(r.type, AbuseType::abuse);
  EXPECT_EQ(r.incidents, 3U);
  EXPECT_EQ(r.reporter_domain, "reports.example.net");
  EXPECT_TRUE(r.authenticated);
}

TEST(AbuseReport, ArfInTransferEncodings) {
  const std::string head = kArf.substr(0, kArf.find("Feedback-Type")),
                    tail = kArf.substr(kArf.find("\r\n--part\r\nContent-Type: message/rfc822"));
  const std::string type = "Content-Type: message/feedback-report\r\n";
  const std::string quoted =
      replaced(head, type, type + "Content-Transfer-Encoding: Quoted-Printable\r\n") +
      "Feedback-Type: fra=\r\nud\r\nUser-Agent: I\r\nVersion: 1\r\nArrival-Date: 2007-10-09T12:03:20Z\r\n"
      "Source-IP: 2001=3Adb8::7\r\n" +
      tail;
  EXPECT_EQ(read(quoted).type, AbuseType::fraud);
  EXPECT_EQ(to_text(read(quoted).source), "2001:db8::7");
  // "Feedback-Type: virus\nVersion: 1\nSource-IP: 192.0.2.7\nArrival-Date: 2007-10-09T12:03:20Z\n"
  const std::string base64 = replaced(head, type, type + "Content-Transfer-Encoding: base64\r\n") +
                             "RmVlZGJhY2stVHlwZTogdmlydXMKVmVyc2lvbjogMQpTb3VyY2UtSVA6IDE5Mi4wLjIuNwpB\r\n"
                             "cnJpdmFsLURhdGU6IDIwMDctMTAtMDlUMTI6MDM6MjBaCg==\r\n" +
                             tail;
  EXPECT_EQ(read(base64).type, AbuseType::virus);
  EXPECT_EQ(read(base64).at, Timestamp{} + seconds(kWhen));
}

TEST(AbuseReport, Xarf) {
  const AbuseReport r = read(kXarf);
  EXPECT_EQ(to_text(r.source), "192.0.2.7");
  EXPECT_FALSE(r.source_port) << "port 22 is the victim's";
  EXPECT_EQ(r.at, Timestamp{} + seconds(kWhen));
  EXPECT_EQ(r.type, AbuseType::login_attack);
  EXPECT_EQ(r.reporter_domain, "pots.example");
  EXPECT_FALSE(r.authenticated);
  EXPECT_EQ(read(replaced(kXarf, "Port: 22", "Source-Port: 40000")).source_port, 40000);
  EXPECT_EQ(read(replaced(kXarf, "X-XARF: PLAIN", "X-ARF: Yes")).type, AbuseType::login_attack);
  EXPECT_EQ(read(replaced(kXarf, "; name=\"report.txt\"", "")).type, AbuseType::login_attack) << "the second part";
  EXPECT_EQ(read(replaced(kXarf, "login-attack", "botnet")).type, AbuseType::bot);
  EXPECT_EQ(read(replaced(kXarf, "login-attack", "something-new")).type, AbuseType::other);
}

TEST(AbuseReport, XarfAsJson) {
  const std::size_t from = kXarf.find("---\nReported"),
                    to = kXarf.find("--Abuse-1\nContent-Type: text/plain; name=logfile");
  const std::string json = kXarf.substr(0, from) +
                           "{\"Category\": \"fraud\", \"Report-Type\": \"phishing\", \"Source\": \"2001:db8::7\", "
                           "\"Source-Type\": \"ipv6\",\n"
                           " \"Source-Port\": 40000, \"Date\": \"Oct  9 2007 14:03:20 +0200\", \"Occurrences\": 5}\n" +
                           kXarf.substr(to);
  const AbuseReport r = read(json);
  EXPECT_EQ(to_text(r.source), "2001:db8::7");
  EXPECT_EQ(r.source_port, 40000);
  EXPECT_EQ(r.at, Timestamp{} + seconds(kWhen));
  EXPECT_EQ(r.type, AbuseType::fraud);
  EXPECT_EQ(r.incidents, 5U);
  EXPECT_THAT(refusal(replaced(json, "{\"Category", "{\"Cat\"egory")), HasSubstr("its JSON report cannot be read"));
}

TEST(AbuseReport, WhatIsMissingOrWrongIsNamed) {
  const std::tuple<const std::string&, const char*, const char*, const char*> cases[] = {
      {kArf, "Source-IP: 192.0.2.7\r\n", "", "mail: has no source-ip"},
      {kArf, "Source-IP: 192.0.2.7", "Source-IP: 192.0.2.0/24",
       "source-ip wants an IPv4 or IPv6 address, found '192.0.2.0/24'"},
      {kArf, "Source-IP: 192.0.2.7", "Source-IP: 192.0.2.7\r\nSource-IP: 192.0.2.8", "has source-ip twice"},
      {kArf, "Source-Port: 1500", "Source-Port: 65536", "source-port wants a number from 1 to 65535, found '65536'"},
      {kArf, "Source-Port: 1500", "Source-Port: 0", "source-port wants"},
      {kArf, "Incidents: 3", "Incidents: many", "incidents wants a whole number from 1, found 'many'"},
      {kArf, "14:03:20 +0200", "14:03:20", "arrival-date wants a date with an offset from UTC"},
      {kArf, "Arrival-Date", "Arrived", "has no arrival-date: who held the address then cannot be told"},
      {kArf, "Version: 1\r\n", "", "has no version"},
      {kArf, "Feedback-Type: abuse", "Feedback-Type: not-spam",
       "is feedback of the type 'not-spam', which accuses nobody"},
      {kArf, "Feedback-Type: abuse", "Feedback-Type: xarf", "ask its sender for ARF or X-ARF 0.2"},
      {kArf, "Feedback-Type: abuse\r\n", "", "has no feedback-type"},
      {kArf, "message/feedback-report", "text/plain", "expected a mail in ARF (RFC 5965) or X-ARF 0.1 or 0.2"},
      {kArf, "From: \"Feedback, Loop\" <fbl@reports.Example.net>\r\n", "", "has no single sender"},
      {kArf, "Loop\" <fbl@reports.Example.net>", "Loop\" <a@a.example>, b@b.example", "has no single sender"},
      {kArf, "Subject:", "From: other@example.org\r\nSubject:", "has no single sender"},
      {kXarf, "X-XARF: PLAIN", "X-XARF: BULK", "is X-ARF of the kind 'bulk'; only plain mails are read"},
      {kXarf, "Category: abuse", "Category: info", "is of the category 'info', which accuses nobody"},
      {kXarf, "Category: abuse\n", "", "has no category"},
      {kXarf, "Source-Type: ip-address", "Source-Type: uri", "names a source of the type 'uri'; expected ip-address"},
      {kXarf, "+02:00", "", "date wants a date with an offset"},
      {kXarf, "Category: abuse", "Category: [abuse", "its report cannot be read at line"},
      {kXarf, "---\n", "just text\n---\n", "its report"},
  };
  for (const auto& [mail, what, with, says] : cases)
    EXPECT_THAT(refusal(replaced(mail, what, with)), HasSubstr(says)) << what << " -> " << with;
  EXPECT_THAT(refusal(""), HasSubstr("is no mail"));
  EXPECT_THAT(refusal("hello\n"), HasSubstr("is no mail"));
  EXPECT_THAT(refusal("From: a@b.example\n\nhello\n"), HasSubstr("expected a mail in ARF"));
}

TEST(AbuseReport, OnlyOurOwnServersWordAuthenticates) {
  const auto authenticated = [](std::string_view what, std::string_view with) {
    return read(replaced(kArf, what, with)).authenticated;
  };
  EXPECT_FALSE(authenticated("mx.isp.example 1;", "mx.elsewhere.example;"));
  EXPECT_FALSE(authenticated("dkim=pass", "dkim=fail"));
  EXPECT_FALSE(authenticated("header.d=example.net", "header.d=example.org"));
  EXPECT_FALSE(authenticated("header.d=example.net", "header.d=net"));
  EXPECT_FALSE(authenticated("header.d=example.net", "header.d=le.net"));
  EXPECT_FALSE(authenticated("dkim=pass (good signature)", "none (dkim=pass)"));
  EXPECT_FALSE(authenticated("dkim=pass (good signature) header.d=example.net",
                             "dkim=none (x; dkim=pass header.d=example.net)"));
  EXPECT_TRUE(
      authenticated("dkim=pass (good signature) header.d=example.net", "dmarc=pass header.from=reports.example.net"));
  EXPECT_FALSE(authenticated("dkim=pass (good signature) header.d=example.net", "dmarc=pass header.from=example.org"));
  const auto nobodys = parse_abuse_report("mail", kArf, "");
  EXPECT_FALSE(std::get<AbuseReport>(nobodys).authenticated);
}

TEST(AbuseReport, HostileMailsEndInWords) {
  std::string nested = "From: a@b.example\nContent-Type: multipart/mixed; boundary=x0\n\n";
  for (int i = 0; i < 20'000; ++i)
    nested +=
        "--x" + std::to_string(i) + "\nContent-Type: multipart/mixed; boundary=x" + std::to_string(i + 1) + "\n\n";
  EXPECT_THAT(refusal(nested), HasSubstr("has more parts within parts than any report"));
  EXPECT_THAT(refusal(std::string(5 << 20, 'a')), HasSubstr("is longer than 4 MiB"));
  EXPECT_THAT(refusal(replaced(kXarf, "Category: abuse", "Category: " + std::string(60'000, '['))),
              HasSubstr("its report"));
  std::size_t read_count = 0;
  for (unsigned seed = 1; seed <= laws::seeds(2000); ++seed) {
    laws::Dice dice(seed);
    std::string mail = dice.chance(50) ? kArf : kXarf;
    for (std::uint64_t n = 1 + dice.below(5); n > 0; --n) {
      const std::size_t place = dice.below(mail.size());
      if (dice.chance(40))
        mail[place] = static_cast<char>(dice.below(256));
      else if (dice.chance(50))
        mail.erase(place, dice.below(40));
      else
        mail.insert(place, mail.substr(dice.below(mail.size()), dice.below(60)));
    }
    const auto result = parse_abuse_report("mail", mail, kServer);
    if (const auto* problem = std::get_if<Problem>(&result)) {
      EXPECT_THAT(problem->message, testing::StartsWith("mail: ")) << seed;
    } else {
      ++read_count;
    }
  }
  EXPECT_GT(read_count, laws::seeds(2000) / 10);
}

TEST(AbuseReport, FilesThatCannotBeRead) {
  const ScratchDirectory directory;
  const auto said = [&](const std::filesystem::path& path) {
    const auto result = load_abuse_report(path, kServer);
    return result.index() == 1 ? std::get<Problem>(result).message : std::string("it was read");
  };
  write_file(directory.path / "good", kArf);
  EXPECT_EQ(said(directory.path / "good"), "it was read");
  EXPECT_THAT(said(directory.path / "none"), HasSubstr("no such file"));
  EXPECT_THAT(said(directory.path), HasSubstr("is not a regular file"));
}

class Accused : public testing::Test {
 protected:
  const Timestamp when{kWhen * kNsPerSecond}, now = when + seconds(3600);
  LeaseHistory history{{}, Seed{1}};
  ReporterTrust trust{.precision = {{"example.net", 0.9}}};
  AbuseReport report = read(kArf);

  void SetUp() override {
    history.bind(when - seconds(60), {report.source, 128}, {}, AccountId{4});
    history.bind(when + seconds(60), {report.source, 128}, {}, AccountId{5});
  }
  NoAccusation why() const {
    const auto result = accuse(report, history, trust, now);
    EXPECT_EQ(result.index(), 1U);
    return result.index() == 1 ? std::get<1>(result) : NoAccusation{};
  }
};

TEST_F(Accused, WhoeverHeldTheAddressThen) {
  const auto result = accuse(report, history, trust, now);
  ASSERT_EQ(result.index(), 0U);
  EXPECT_EQ(std::get<0>(result).account, AccountId{4});
  EXPECT_EQ(std::get<0>(result).at, when);
  EXPECT_EQ(std::get<0>(result).type, AbuseType::abuse);
  EXPECT_EQ(std::get<0>(result).weight, weight_of_precision(0.9));
  trust.precision["reports.example.net"] = 0.6;
  EXPECT_EQ(std::get<0>(accuse(report, history, trust, now)).weight, weight_of_precision(0.6)) << "the nearest domain";
}

TEST_F(Accused, NobodyWithoutACause) {
  report.authenticated = false;
  EXPECT_EQ(why(), NoAccusation::not_authenticated);
  report.authenticated = true;
  report.reporter_domain = "badexample.net";
  EXPECT_EQ(why(), NoAccusation::not_trusted);
  report.reporter_domain = "example.net";
  report.at = now + seconds(3600);
  EXPECT_EQ(why(), NoAccusation::in_future);
  report.at = now - trust.max_age - seconds(1);
  EXPECT_EQ(why(), NoAccusation::too_old);
  report.at = when - seconds(61);
  EXPECT_EQ(why(), NoAccusation::nobody);
  report.at = when;
  report.source = IpAddress::v4(0xc0000208);
  history.bind(when + seconds(61), {report.source, 128}, {1024, 2047}, AccountId{6});
  report.at = when + seconds(62);
  EXPECT_EQ(std::get<0>(accuse(report, history, trust, now)).account, AccountId{6});
  report.source_port.reset();
  EXPECT_EQ(why(), NoAccusation::shared);
  history.advance(when + seconds(30 * 86400));
  EXPECT_EQ(why(), NoAccusation::too_old) << "the history forgot";
}

}  // namespace
}  // namespace lazaret
