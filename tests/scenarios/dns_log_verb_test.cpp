// `lazaret replay --dns-log` as a user runs it.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/cli/process.hpp"
#include "tests/scenarios/files.hpp"

namespace lazaret {
namespace {

Finished replay(const std::string& arguments) {
  return run_command(std::string(LAZARET_BIN_DIR) + "/lazaret-replay " + arguments);
}
bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// BIND's query log of a home that asks for thirty mail exchangers, and of a neighbour.
std::string queries() {
  std::string text;
  for (int i = 10; i < 40; ++i)
    text += "24-Nov-2026 06:34:" + std::to_string(i) +
            ".350 queries: info: client @0x7f 192.0.2.7#4000 (m.example): " + "query: m" + std::to_string(i) +
            ".example IN MX +E(0)K (192.0.2.53)\n";
  return text +
         "24-Nov-2026 06:35:00.350 client @0x7f 192.0.2.8#4000 (w.example): query: w.example IN A + (192.0.2.53)\n";
}

/// A policy by which mail exchangers alone are enough.
const char* const kStrict = "spam:\n  mx_query_score: 5\n  mx_query_cap: 60\n";

TEST(DnsLogVerb, SaysHowManyClientsLookInfectedAndWhy) {
  const TextFile log("queries.log", queries()), strict("strict.yaml", kStrict);
  const std::string arguments = "--dns-log " + log.path.string() + " --policy " + strict.path.string();
  const Finished said = replay(arguments);
  EXPECT_EQ(said.exit_code, 0) << said.err;
  EXPECT_TRUE(contains(said.out, "queries.log (bind): 31 records, 31 questions and 0 answers of 2 clients"))
      << said.out;
  EXPECT_TRUE(contains(said.out, "1 of 2 clients looks infected:\n  192.0.2.7: ")) << said.out;
  EXPECT_TRUE(contains(said.out, "mail exchangers were looked up")) << said.out;
  EXPECT_TRUE(contains(said.out, "Note: The log holds questions only.")) << said.out;
  EXPECT_EQ(said.err, "") << "no progress where there is no terminal";
  EXPECT_EQ(replay(arguments + " --expect-clean").exit_code, 1);
  const Finished lenient = replay("--dns-log " + log.path.string() + " --expect-clean");
  EXPECT_EQ(lenient.exit_code, 0);
  EXPECT_TRUE(contains(lenient.out, "0 of 2 clients look infected.")) << lenient.out;
}

TEST(DnsLogVerb, TheKeysOfTheContract) {
  const TextFile log("queries.log", queries() +
                                        "24-Nov-2026 06:35:00.350 client @0x7f 192.0.2.8#4000 (w.example): query: "
                                        "w..example IN A + (192.0.2.53)\n"),
      strict("strict.yaml", kStrict);
  const Finished said = replay("--dns-log " + log.path.string() + " --json --policy " + strict.path.string());
  ASSERT_EQ(said.exit_code, 0) << said.err;
  const auto document = nlohmann::json::parse(said.out);
  EXPECT_EQ(document.at("packets"), 31);
  EXPECT_EQ(document.at("records"), 32);
  EXPECT_EQ(document.at("skipped").at("bad_name"), 1);
  EXPECT_EQ(document.at("format"), "bind");
  EXPECT_EQ(document.at("clients"), 2);
  EXPECT_EQ(document.at("queries"), 31);
  EXPECT_EQ(document.at("queries_inferred"), 0);
  EXPECT_EQ(document.at("answers_seen"), 0);
  EXPECT_EQ(document.at("names_decided"), 0);
  EXPECT_EQ(document.at("look_infected"), 1);
  EXPECT_EQ(document.at("unreadable").at(0).at("line"), 32);
  EXPECT_EQ(document.at("notes").size(), 2U);
  EXPECT_TRUE(document.at("summary").get<std::string>().starts_with("1 of 2 clients looks infected:"));
  const auto& account = document.at("accounts").at(0);
  EXPECT_EQ(account.at("address"), "192.0.2.7");
  EXPECT_EQ(account.at("state"), "quarantined");
  EXPECT_EQ(account.at("evidence").at(0).at("channel"), "spam_mx_query");
}

TEST(DnsLogVerb, NotesFollowWhatTheLogHolds) {
  const auto notes = [](const std::string& text) {
    const TextFile log("dns.log", text);
    return replay("--dns-log " + log.path.string()).out;
  };
  const std::string row = "2026-11-24T06:34:26Z,192.0.2.7,a.example,A,";
  EXPECT_TRUE(contains(notes(row + "\n"), "questions only"));
  EXPECT_TRUE(contains(notes(row + "REFUSED\n"), "the server's own failures only"));
  EXPECT_TRUE(contains(notes("24-Nov-2026 06:34:26.746 CR 192.0.2.7:52057 <- 192.0.2.53:53 UDP 105b a.example/IN/A\n"),
                       "that there were answers, not which"));
  const std::string whole = notes(row + "NXDOMAIN\n");
  EXPECT_FALSE(contains(whole, "NXDOMAIN")) << whole;
  EXPECT_TRUE(contains(whole, "A DNS log shows look-ups only")) << whole;
}

TEST(DnsLogVerb, ZoneAndYearAndAddresses) {
  const TextFile log("dns.log", "Nov 24 08:34:26 dnsmasq[1]: query[MX] a.example from 2001:db8::7\n");
  const Finished said = replay(
      "--json --utc-offset +02:00 --year 2026 --ipv6-prefix 48 --resolver 2001:db8::53 --dns-log " + log.path.string());
  ASSERT_EQ(said.exit_code, 0) << said.err;
  const auto document = nlohmann::json::parse(said.out);
  EXPECT_EQ(document.at("accounts").at(0).at("events").at(0).at("at_s"), 1795502066);
  EXPECT_EQ(document.at("accounts").at(0).at("address"), "2001:db8::7");
}

TEST(DnsLogVerb, BadInputAndUsageExitWith2) {
  const TextFile log("dns.log", "2026-11-24T06:34:26Z,192.0.2.7,a.example,A,\n"), diary("diary", "Dear diary\n");
  const std::string file = " --dns-log " + log.path.string();
  struct Row {
    std::string arguments, said;
  };
  for (const Row& row :
       {Row{" --dns-log " + diary.path.string(), "write a table of it: time,client,qname,qtype,rcode"},
        Row{" --dns-log " + diary.path.string() + " --format bind", "can be read as bind"},
        Row{" --dns-log " + diary.path.string() + ".none", "no such file"},
        Row{file + " --format syslog", "'syslog' is none of bind, unbound, dnsmasq"},
        Row{file + " --utc-offset 2h", "write +02:00 or -05:30"},
        Row{file + " --utc-offset +02:00x", "write +02:00 or -05:30"},
        Row{file + " --resolver ns1", "'ns1' is no address"}, Row{file + " --ipv6-prefix 129", "--ipv6-prefix"},
        Row{file + " --subscribers 10.0.0.0/33", "is no prefix"},
        Row{file + " --subscribers 10.0.0.0/8", "name the prefixes of the clients with --subscribers"},
        Row{file + " also.pcap", "capture excludes --dns-log"},
        Row{" --year 2026 some.pcap --subscribers 10.0.0.0/8", "--year requires --dns-log"}}) {
    const Finished said = replay(row.arguments);
    EXPECT_EQ(said.exit_code, 2) << row.arguments;
    EXPECT_TRUE(contains(said.err, row.said)) << row.arguments << "\n" << said.err;
  }
}

TEST(DnsLogVerb, HelpNamesTheFormats) {
  const std::string help = replay("--help").out;
  for (const char* word : {"bind (", "unbound (", "dnsmasq (", "dnstap and dnstap-yaml",
                           "time,client,qname,qtype,rcode", "lazaret replay --dns-log"})
    EXPECT_TRUE(contains(help, word)) << word;
}

}  // namespace
}  // namespace lazaret
