// The metrics against the grammar of Prometheus' text format, and that they say nothing of anybody.
#include <gmock/gmock.h>

#include <regex>
#include <set>
#include <sstream>

#include "tests/cli/process.hpp"
#include "tests/console/desk.hpp"

namespace lazaret::console {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// Each sample behind its own HELP and TYPE, each family and each series once, counters named *_total.
std::string grammar_fault(const std::string& text) {
  const std::regex help(R"(# HELP ([a-z_][a-z0-9_]*) \S.*)"), type(R"(# TYPE ([a-z_][a-z0-9_]*) (counter|gauge))"),
      sample(R"(([a-z_][a-z0-9_]*)(\{[a-z_]+="[a-z0-9_]*"\})? [0-9]+)");
  std::set<std::string> families, series;
  std::string family;
  bool typed = false;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::smatch part;
    if (std::regex_match(line, part, help)) {
      family = part[1];
      typed = false;
      if (!families.insert(family).second) return "twice: " + line;
    } else if (std::regex_match(line, part, type)) {
      if (part[1] != family) return "no HELP before: " + line;
      if ((part[2] == "counter") != family.ends_with("_total")) return "a name against the conventions: " + line;
      typed = true;
    } else if (std::regex_match(line, part, sample)) {
      if (part[1] != family || !typed) return "no TYPE before: " + line;
      if (!series.insert(std::string(part[1]) + std::string(part[2])).second) return "twice: " + line;
    } else {
      return "no line of the format: " + line;
    }
  }
  return text.ends_with('\n') ? "" : "no line's end at the end";
}

TEST(console_metrics, keep_to_the_grammar) {
  Desk desk;
  const Response response = desk.api("GET", "/metrics", desk.metrics);
  EXPECT_EQ(response.type, "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_EQ(grammar_fault(response.body), "");
  for (const char* line : {"lazaret_up 1\n", "lazaret_packets_received_total 1234567\n", "lazaret_fuse_blown 0\n",
                           "lazaret_packets_total{verdict=\"passed\"} 7\n", "lazaret_enforcing 1\n",
                           "lazaret_accounts{state=\"quarantined\"} 1\n",
                           "lazaret_reasons_total{channel=\"scan_ports\"} 2\n", "lazaret_log_bytes 90\n"})
    EXPECT_THAT(response.body, HasSubstr(line));
  EXPECT_NE(grammar_fault("lazaret_up 1\n"), "") << "the check can fail";
}

TEST(console_metrics, are_what_dashboard_and_documentation_name) {
  Desk desk;
  const std::string text = desk.api("GET", "/metrics", desk.metrics).body;
  std::size_t named = 0;
  for (const char* file : {"/docs/grafana/lazaret.json", "/docs/console.md"}) {
    const std::string octets = read_file(LAZARET_SOURCE_DIR + std::string(file));
    const std::regex name(R"(\blazaret_[a-z_]+)");
    for (auto at = std::sregex_iterator(octets.begin(), octets.end(), name); at != std::sregex_iterator();
         ++at, ++named)
      EXPECT_THAT(text, HasSubstr("# TYPE " + at->str() + " ")) << file;
  }
  EXPECT_GT(named, 40U);
  const std::string documented = read_file(LAZARET_SOURCE_DIR "/docs/console.md");
  const std::regex family("# TYPE (\\S+) ");
  for (auto at = std::sregex_iterator(text.begin(), text.end(), family); at != std::sregex_iterator(); ++at)
    EXPECT_THAT(documented, HasSubstr((*at)[1].str())) << "and each of them is documented";
}

TEST(console_metrics, say_that_the_daemon_is_away) {
  Desk desk;
  desk.daemon.away = true;
  const Response response = desk.api("GET", "/metrics", desk.metrics);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(grammar_fault(response.body), "");
  EXPECT_THAT(response.body, HasSubstr("lazaret_up 0\n"));
  EXPECT_THAT(response.body, Not(HasSubstr("lazaret_packets")));
}

TEST(console_metrics, count_the_consoles_own_and_name_nobody) {
  Desk desk;
  (void)desk.api("GET", "/metrics", "wrong");
  (void)desk.api("POST", "/api/v1/accounts/7/release", desk.helpdesk, R"({"reason":"cleaned"})");
  const std::string body = desk.api("GET", "/metrics", desk.viewer).body;
  EXPECT_THAT(body, HasSubstr("lazaret_console_refused_tokens_total 1\n"));
  EXPECT_THAT(body, HasSubstr("lazaret_console_actions_total{outcome=\"done\"} 1\n"));
  EXPECT_THAT(body, Not(HasSubstr("the-helpdesk")));
}

}  // namespace
}  // namespace lazaret::console
