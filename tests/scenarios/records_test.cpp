// Texts that must be machine-exact: events, commands, prefixes, whole scenarios.
#include "scenarios/records.hpp"

#include <gtest/gtest.h>

#include "scenarios/schema.hpp"
#include "tests/scenarios/files.hpp"
#include "tests/scenarios/random_values.hpp"

namespace lazaret {
namespace {

TEST(Records, EventsComeBackAsTheyWere) {
  RandomValues random(1);
  for (int i = 0; i < 20000; ++i) {
    const Event event = random.event();
    const std::string text = to_json(event);
    const auto back = parse_event(text);
    ASSERT_EQ(back.index(), 0U) << text << ": " << std::get<Problem>(back).message;
    ASSERT_TRUE(std::get<Event>(back) == event) << text;
    ASSERT_EQ(text.find('\n'), std::string::npos);
  }
}

TEST(Records, CommandsComeBackAsTheyWere) {
  RandomValues random(2);
  for (int i = 0; i < 20000; ++i) {
    const Command command = random.command();
    const std::string text = to_json(command);
    const auto back = parse_command(text);
    ASSERT_EQ(back.index(), 0U) << text << ": " << std::get<Problem>(back).message;
    ASSERT_TRUE(same(std::get<Command>(back), command)) << text;
  }
}

TEST(Records, TheTextItself) {
  Event e;
  e.at = {12'345'678'901};
  e.account = {7};
  e.sequence = 3;
  e.kind = EventKind::quarantined;
  e.state = State::quarantined;
  e.later_left = 2;
  e.history = 1;
  e.node = 100;
  e.observed = 1200000;
  e.limit = 452600;
  EXPECT_EQ(to_json(e),
            R"({"at_ns":12345678901,"account":7,"sequence":3,"kind":"quarantined","state":"quarantined",)"
            R"("observed":1200000,"limit":452600,"later_left":2,"history":1,"node":100,"from_probation":false})");
  e.kind = EventKind::reason;
  e.state = State::proposed;
  e.channel = Channel::spam_delivery;
  e.seen = {{1}, {2}, 30, 29, 25, 49152};
  EXPECT_EQ(
      to_json(e),
      R"({"at_ns":12345678901,"account":7,"sequence":3,"kind":"reason","state":"proposed","channel":"spam_delivery",)"
      R"("observed":1200000,"limit":452600,"later_left":2,"history":1,"node":100,"from_probation":false,)"
      R"("seen":{"first_ns":1,"last_ns":2,"observations":30,"adverse":29,"port":25,"source_port":49152}})");
  Command c;
  c.at = {5};
  c.account = {7};
  c.prefix = *parse_prefix("192.0.2.7");
  EXPECT_EQ(to_json(c), R"({"at_ns":5,"issuer":"world","kind":"bind","account":7,"prefix":"192.0.2.7/32","line":0})");
  c = {};
  c.kind = CommandKind::choose;
  c.choice = Choice::later;
  EXPECT_EQ(to_json(c), R"({"at_ns":0,"issuer":"world","kind":"choose","account":0,"choice":"later"})");
  c = {};
  c.kind = CommandKind::report;
  c.account = {7};
  c.step = 3 * kNat, c.port = 25;
  EXPECT_EQ(to_json(c), R"({"at_ns":0,"issuer":"world","kind":"report","account":7,"step":196608,"port":25})");
  c = {};
  c.kind = CommandKind::popular;
  c.issuer = Issuer::conductor;
  c.key = UINT64_MAX;
  EXPECT_EQ(to_json(c), R"({"at_ns":0,"issuer":"conductor","kind":"popular","account":0,"key":18446744073709551615})");
  c = {};
  c.kind = CommandKind::operator_release;
  c.release_reason = ReleaseReason::hardship;
  EXPECT_EQ(to_json(c),
            R"({"at_ns":0,"issuer":"world","kind":"operator_release","account":0,"release_reason":"hardship"})");
  c = {};
  c.kind = CommandKind::classify;
  c.account_class = AccountClass::vulnerable;
  EXPECT_EQ(to_json(c), R"({"at_ns":0,"issuer":"world","kind":"classify","account":0,"account_class":"vulnerable"})");
}

TEST(Records, DamagedLinesAreRefusedWithTheReason) {
  Event e;
  e.kind = EventKind::quarantined;
  const std::string good = to_json(e);
  const auto replaced = [&](std::string_view from, std::string_view to) {
    std::string text = good;
    text.replace(text.find(from), from.size(), to);
    return text;
  };
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "parse error"},
      {"[]", "not a JSON object"},
      {good.substr(0, good.size() - 1), "parse error"},
      {replaced("\"account\":0", "\"account\":-1"), "'account' is -1, which is not a whole number that fits"},
      {replaced("\"account\":0", "\"account\":4294967296"), "'account' is 4294967296"},
      {replaced("\"account\":0", "\"account\":1.5"), "'account' is 1.5"},
      {replaced("\"account\":0", "\"account\":\"1\""), "'account' is \"1\""},
      {replaced("\"account\":0,", ""), "'account' is missing"},
      {replaced("\"account\":0,", "\"account\":0,\"mood\":1,"), "'mood' is unknown to this version"},
      {replaced("\"quarantined\"", "\"imprisoned\""), "'kind' is 'imprisoned', which this version does not know"},
      {replaced("\"at_ns\":0", "\"at_ns\":-1"), "'at_ns' is before the world began"},
      {replaced("false", "0"), "'from_probation' is neither true nor false"},
      {replaced("\"later_left\":0", "\"later_left\":256"), "'later_left' is 256"},
      {replaced("\"history\":0,", ""), "'history' is missing"},
      {replaced("\"node\":0", "\"node\":65536"), "'node' is 65536"},
  };
  for (const auto& [text, says] : cases) {
    const auto result = parse_event(text);
    ASSERT_EQ(result.index(), 1U) << text;
    EXPECT_NE(std::get<Problem>(result).message.find(says), std::string::npos)
        << text << ": " << std::get<Problem>(result).message;
  }
  EXPECT_EQ(parse_command(R"({"at_ns":0,"issuer":"world","kind":"bind","account":1,"prefix":"192.0.2.0/33","line":0})")
                .index(),
            1U);
  EXPECT_EQ(parse_command(R"({"at_ns":0,"issuer":"nobody","kind":"bind","account":1,"prefix":"192.0.2.0/24","line":0})")
                .index(),
            1U);
}

TEST(Prefixes, ReadAndWritten) {
  for (const char* text : {"192.0.2.0/24", "0.0.0.0/0", "192.0.2.7/32", "2001:db8::/56", "::/0", "fe80::1/128",
                           "2001:db8:0:1:2:3:4:5/64"}) {
    const auto prefix = parse_prefix(text);
    ASSERT_TRUE(prefix) << text;
    EXPECT_EQ(to_text(*prefix), text);
  }
  EXPECT_EQ(parse_prefix("192.0.2.7"), (Prefix{IpAddress::v4(0xc0000207), 128}));
  EXPECT_EQ(parse_prefix("192.0.2.0/24")->length, 120);
  EXPECT_EQ(parse_prefix("::ffff:192.0.2.0/120"), parse_prefix("192.0.2.0/24"));
  for (const char* text : {"", "/", "/24", "192.0.2.0/", "192.0.2.0/33", "192.0.2.0/-1", "192.0.2.0/2 ", "192.0.2/24",
                           "256.0.0.0/8", "2001:db8::/129", "x", " 192.0.2.0/24", "192.0.2.0/24/24", "1.2.3.4.5"})
    EXPECT_FALSE(parse_prefix(text)) << text;
  EXPECT_FALSE(parse_prefix(std::string_view("192.0.2.0\0/24", 13)));
  RandomValues random(3);
  for (int i = 0; i < 20000; ++i) {
    const Prefix prefix = random.prefix();
    ASSERT_EQ(parse_prefix(to_text(prefix)), prefix) << to_text(prefix);
  }
}

/// A scenario with every key at a random allowed value.
Scenario random_scenario(RandomValues& random) {
  Scenario s;
  s.infections.resize(random.bits() % 4);
  std::vector<std::string> names = dotted_names();
  for (std::size_t i = 0; i < s.infections.size(); ++i) {
    s.infections[i].behaviour = std::string(behaviours()[random.bits() % behaviours().size()].name);
    for (const ScenarioKey& row : infection_keys())
      if (knows(s.infections[i].behaviour, row))
        names.push_back("infections." + std::to_string(i) + "." + std::string(row.name));
  }
  for (const std::string& name : names) {
    const auto leaf = find_leaf(name, s);
    const double share = static_cast<double>(random.bits() >> 11) * 0x1p-53;
    const double value = leaf->min + share * (leaf->max - leaf->min);
    if (auto* d = std::get_if<double*>(&leaf->slot)) **d = std::min(value, leaf->max);
    if (auto* i = std::get_if<std::int64_t*>(&leaf->slot)) **i = static_cast<std::int64_t>(value);
    if (auto* u = std::get_if<std::uint64_t*>(&leaf->slot)) **u = random.bits();
    if (auto* list = std::get_if<PrefixList*>(&leaf->slot))
      for (std::uint64_t n = random.bits() % 5; n > 0; --n) {
        Prefix p = random.prefix();
        p.address = truncate(p.address, p.length);
        (*list)->add(p);
      }
    if (auto* list = std::get_if<NameList*>(&leaf->slot))
      for (std::uint64_t n = random.bits() % 5; n > 0; --n)
        (*list)->add("n" + std::to_string(random.bits()) + ".example");
  }
  const char* const texts[] = {"",
                               "a: b # c",
                               "\"quoted\" \\ back",
                               "two\nlines\ttab",
                               "umlaut \xc3\xa4, \xe2\x80\xa8 separator, \xf0\x9f\x90\x9b",
                               " - [x]",
                               "\x7f\x01",
                               "null",
                               "1e3"};
  s.title = texts[random.bits() % std::size(texts)];
  s.description = texts[random.bits() % std::size(texts)];
  s.name = "random_" + std::to_string(random.bits() % 100);
  // What only together must hold.
  s.people.choose_now = 0.25, s.people.choose_later = 0.5, s.people.choose_already = 0.25;
  s.isp.homes = 100000;
  if (s.internet.isps > 1) s.fidelity = kWire, s.journal = 0;
  for (InfectionPlan& plan : s.infections) {
    plan.homes %= 30000;
    plan.vulnerable_share *= 0.3;
    plan.begins_to_s = std::min(plan.begins_to_s, s.duration_s);
    plan.begins_from_s = std::min(plan.begins_from_s, plan.begins_to_s);
  }
  const Policy standard;
  for (const Parameter& row : parameters())
    if (row.unit == "probability" || row.name.ends_with("_cap") || row.name == "report.cap" || row.unit == "1/day")
      if (const auto* member = std::get_if<double Policy::*>(&row.member)) s.policy.*(*member) = standard.*(*member);
  return s;
}

TEST(Scenarios, ComeBackFromTheirYaml) {
  RandomValues random(4);
  for (int i = 0; i < 200; ++i) {
    const Scenario scenario = random_scenario(random);
    const TextFile file("round.yaml", to_yaml(scenario));
    const auto back = load_scenario(file.path);
    ASSERT_EQ(back.index(), 0U) << std::get<1>(back).at(0).text() << "\n" << to_yaml(scenario);
    // Doubles are written with all their digits, so equal texts mean equal values.
    ASSERT_EQ(to_yaml(std::get<0>(back)), to_yaml(scenario));
    ASSERT_EQ(std::get<0>(back).title, scenario.title);
    ASSERT_EQ(std::get<0>(back).isp.core_delay_ms, scenario.isp.core_delay_ms);
    ASSERT_EQ(policy_digest(std::get<0>(back).policy), policy_digest(scenario.policy));
  }
}

TEST(Scenarios, TheDigestChangesWithEveryParameter) {
  const std::string standard = policy_digest(Policy{});
  EXPECT_EQ(standard.size(), 64U);
  for (const Parameter& row : parameters()) {
    Policy policy;
    if (const auto* d = std::get_if<double Policy::*>(&row.member)) policy.*(*d) = std::nextafter(policy.*(*d), 1e9);
    if (const auto* n = std::get_if<std::int64_t Policy::*>(&row.member))
      policy.*(*n) = policy.*(*n) == 0 ? 1 : policy.*(*n) - 1;
    if (const auto* l = std::get_if<PrefixList Policy::*>(&row.member))
      (policy.*(*l)).add(*parse_prefix("192.0.2.0/24"));
    if (const auto* names = std::get_if<NameList Policy::*>(&row.member)) (policy.*(*names)).add("tools.example");
    EXPECT_NE(policy_digest(policy), standard) << row.name;
  }
}

TEST(Digests, OfKnownTexts) {
  EXPECT_EQ(sha256_of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");  // FIPS 180-2, B.1
  const TextFile file("abc", "abc");
  EXPECT_EQ(sha256_of_file(file.path), sha256_of("abc"));
  EXPECT_EQ(sha256_of_file(file.path.string() + ".none"), "");
}

}  // namespace
}  // namespace lazaret
