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

TEST(DnsLogVerb, QuestionsAloneAreEvidenceButConvictNobody) {
  const TextFile log("queries.log", queries());
  const Finished said = replay("--expect-clean --dns-log " + log.path.string());
  EXPECT_EQ(said.exit_code, 0) << said.err;
  EXPECT_TRUE(contains(said.out, "queries.log (bind): 31 records, 31 questions and 0 answers of 2 clients"))
      << said.out;
  EXPECT_TRUE(contains(said.out, "mail servers were looked up")) << said.out;
  EXPECT_TRUE(contains(said.out, "Note: The log holds questions only.")) << said.out;
  EXPECT_TRUE(contains(said.out, "0 of 2 clients look infected.")) << said.out;
  EXPECT_EQ(said.err, "") << "no progress where there is no terminal";
}

/// BIND 9.20's query log and responselog of a bot that tries generated names, and of a neighbour who mistypes once.
std::string answers() {
  std::string text;
  const auto pair = [&](int second, const std::string& client, const std::string& name, const std::string& outcome) {
    const std::string head = "24-Nov-2026 06:34:" + std::to_string(second) + ".350 ",
                      who = ": info: client @0x7f " + client + "#4000 (" + name + "): ";
    text += head + "queries" + who + "query: " + name + " IN A +E(0)K (192.0.2.53)\n" + head + "responses" + who +
            "response: " + name + " IN A " + outcome + " +E(0)K (192.0.2.53)\n";
  };
  for (int i = 10; i < 40; ++i) {
    pair(i, "192.0.2.7", "kq" + std::to_string(i) + "x.example", i % 4 == 0 ? "NOERROR 1 0 1" : "NXDOMAIN 0 1 1");
    pair(i, "192.0.2.8", "shop" + std::to_string(i) + ".example", i == 20 ? "NXDOMAIN 0 1 1" : "NOERROR 1 0 1");
  }
  return text;
}

TEST(DnsLogVerb, ABotIsFoundByItsFailingNamesUnderTheDefaultPolicy) {
  const TextFile log("dns.log", answers());
  const Finished said = replay("--expect-clean --dns-log " + log.path.string());
  EXPECT_EQ(said.exit_code, 1) << said.err;
  EXPECT_TRUE(contains(said.out, "60 questions and 60 answers of 2 clients")) << said.out;
  EXPECT_TRUE(contains(said.out, "1 of 2 clients looks infected:\n  192.0.2.7: ")) << said.out;
  EXPECT_TRUE(contains(said.out, "what helps  ")) << said.out;
  EXPECT_FALSE(contains(said.out, "name_failed")) << said.out;
  EXPECT_TRUE(contains(said.out, "2 accounts: 1 quarantined, 0 only told, 1 with other evidence, 0 with none"))
      << said.out;
  EXPECT_TRUE(contains(said.out, "Note: No answer in the log shows an address.")) << said.out;
}

TEST(DnsLogVerb, AddressesSpeakForAClientWhereTheLogShowsThem) {
  // A home whose names fail now and then among many that do not, in a table with and without what was answered.
  std::string with = "time,client,qname,qtype,rcode,answer\n", without = "time,client,qname,qtype,rcode\n";
  for (int i = 10; i < 60; ++i) {
    const std::string row =
        "2026-11-24T06:34:" + std::to_string(i) + "Z,192.0.2.8,shop" + std::to_string(i) + ".example,A,";
    const bool exists = i % 4 != 0;
    with += row + (exists ? "NOERROR,203.0.113.9" : "NXDOMAIN,") + "\n";
    without += row + (exists ? "NOERROR" : "NXDOMAIN") + "\n";
  }
  const TextFile shown("with.csv", with), hidden("without.csv", without);
  const std::string fair = replay("--dns-log " + shown.path.string()).out;
  EXPECT_TRUE(contains(fair, "0 of 1 clients look infected.")) << fair;
  EXPECT_FALSE(contains(fair, "No answer in the log shows an address.")) << fair;
  const std::string harsh = replay("--dns-log " + hidden.path.string()).out;
  EXPECT_TRUE(contains(harsh, "1 of 1 clients looks infected:")) << harsh;
  EXPECT_TRUE(contains(harsh, "clients look worse than they would in a capture")) << harsh;
}

TEST(DnsLogVerb, WhoWouldOnlyBeToldDoesNotLookInfected) {
  std::string text;
  for (int i = 10; i < 17; ++i)
    text += "2026-11-24T06:34:" + std::to_string(i) + "Z,192.0.2.7,kq" + std::to_string(i) + "x.example,A,NXDOMAIN\n";
  const TextFile log("dns.log", text);
  const Finished said = replay("--expect-clean --dns-log " + log.path.string());
  EXPECT_EQ(said.exit_code, 0) << said.err;
  EXPECT_TRUE(contains(said.out, "0 of 1 clients look infected.\n1 more would only be told")) << said.out;
  EXPECT_TRUE(contains(said.out, "1 account: 0 quarantined, 1 only told")) << said.out;
}

TEST(DnsLogVerb, TheKeysOfTheContract) {
  const TextFile log("dns.log", answers() +
                                    "24-Nov-2026 06:35:00.350 client @0x7f 192.0.2.8#4000 (w.example): query: "
                                    "w..example IN A + (192.0.2.53)\n");
  const Finished said = replay("--dns-log " + log.path.string() + " --json");
  ASSERT_EQ(said.exit_code, 0) << said.err;
  const auto document = nlohmann::json::parse(said.out);
  EXPECT_EQ(document.at("packets"), 120);
  EXPECT_EQ(document.at("records"), 121);
  EXPECT_EQ(document.at("skipped").at("bad_name"), 1);
  EXPECT_EQ(document.at("format"), "bind");
  EXPECT_EQ(document.at("clients"), 2);
  EXPECT_EQ(document.at("queries"), 60);
  EXPECT_EQ(document.at("queries_inferred"), 0);
  EXPECT_EQ(document.at("answers_seen"), 60);
  EXPECT_EQ(document.at("names_decided"), 60);
  EXPECT_EQ(document.at("addresses_shown"), 0);
  EXPECT_EQ(document.at("look_infected"), 1);
  EXPECT_EQ(document.at("only_told"), 0);
  EXPECT_EQ(document.at("unreadable").at(0).at("line"), 121);
  EXPECT_EQ(document.at("notes").size(), 2U);
  EXPECT_TRUE(document.at("summary").get<std::string>().starts_with("1 of 2 clients looks infected:"));
  const auto& account = document.at("accounts").at(0);
  EXPECT_EQ(account.at("address"), "192.0.2.7");
  EXPECT_EQ(account.at("state"), "quarantined");
  EXPECT_EQ(account.at("evidence").at(0).at("channel"), "dns_failure");
  EXPECT_FALSE(account.at("evidence").at(0).at("remedy").get<std::string>().empty());
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
  EXPECT_TRUE(contains(notes(row + "NXDOMAIN\n"), "No answer in the log shows an address."));
  const std::string whole = notes("time,client,qname,qtype,rcode,answer\n" + row + "NOERROR,192.0.2.80\n");
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
  for (const char* word :
       {"bind (", "unbound (", "dnsmasq (", "dnstap and dnstap-yaml", "time,client,qname,qtype,rcode",
        "lazaret replay --dns-log", "What a format cannot show is not judged"})
    EXPECT_TRUE(contains(help, word)) << word;
}

}  // namespace
}  // namespace lazaret
