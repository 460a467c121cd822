// The seeds, and every input that a fuzzer once found, hold all laws in every build; and the seeds lead somewhere.
#include "tests/fuzz/seeds.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "core/evidence/explanation.hpp"
#include "tests/core/packet_invariants.hpp"
#include "tests/fuzz/laws.hpp"

namespace lazaret::fuzz {
namespace {

using frames::Octets;

Octets read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// Files under tests/fuzz/findings/KIND, each an input that once broke something.
std::vector<NamedSeed> findings(std::string_view kind) {
  std::vector<NamedSeed> all;
  const auto folder = std::filesystem::path(LAZARET_SOURCE_DIR) / "tests/fuzz/findings" / kind;
  if (!std::filesystem::exists(folder)) return all;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    all.emplace_back(entry.path().filename(), read(entry.path()));
  return all;
}

Reached run(const std::string& name) {
  Reached reached;
  for (const auto& [seed, octets] : engine_seeds())
    if (seed == name) {
      EXPECT_EQ(broken_law(read_program(octets), &reached), "") << name;
    }
  EXPECT_NE(reached.packets, 0U) << name;
  return reached;
}

TEST(FuzzSeeds, EngineSeedsHoldAllLaws) {
  for (const auto& [name, octets] : engine_seeds()) EXPECT_EQ(broken_law(read_program(octets)), "") << name;
}

TEST(FuzzSeeds, EngineSeedsReachTheLaddersTurns) {
  const Reached scan = run("scan_to_quarantine");
  EXPECT_EQ(scan.quarantined, 1U);
  EXPECT_EQ(scan.restricted, 2U);
  EXPECT_EQ(scan.sacred, 1U);
  EXPECT_EQ(run("scan_over_ipv6").quarantined, 1U);
  EXPECT_EQ(run("spam_to_quarantine").quarantined, 1U);
  EXPECT_EQ(run("questions_and_spam").quarantined, 1U);
  EXPECT_EQ(run("already_and_relapse").relapses, 1U);
  EXPECT_GE(run("fuse").held, 1U);
  EXPECT_EQ(run("shadow").restricted, 0U);
  EXPECT_EQ(run("spoofed_and_fragments").spoofed, 1U);
}

TEST(FuzzSeeds, EngineSeedsReachEveryBehaviourAndTreatment) {
  EXPECT_EQ(run("generated_names").quarantined, 1U);
  EXPECT_EQ(run("guessed_passwords").quarantined, 1U);
  EXPECT_EQ(run("spoofer").quarantined, 1U);
  EXPECT_EQ(run("worm").quarantined, 1U);
  EXPECT_EQ(run("exempt").quarantined, 1U);
  EXPECT_EQ(run("history").quarantined, 3U);
  const auto rule = [](const std::string& seed, Rule r) { return run(seed).rules.contains(r); };
  EXPECT_TRUE(rule("strict_during_a_call", Rule::call) && rule("strict_during_a_call", Rule::strict_closed));
  EXPECT_TRUE(rule("drained", Rule::draining) && rule("drained", Rule::web_closed));
  EXPECT_TRUE(rule("leaky", Rule::scan_closed));
  EXPECT_TRUE(rule("smtp_only", Rule::mail_closed) && !rule("smtp_only", Rule::web_to_garden));
  EXPECT_TRUE(rule("notice", Rule::web_to_garden) && !rule("notice", Rule::mail_closed));
  EXPECT_TRUE(rule("cleaner_by_name", Rule::sacred));
  std::set<EventKind> kinds;
  std::set<Channel> channels;
  for (const auto& [name, octets] : engine_seeds()) {
    Reached r = run(name);
    kinds.merge(r.kinds), channels.merge(r.channels);
  }
  for (const EventKind kind :
       {EventKind::notified, EventKind::administrator_notified, EventKind::operator_asked, EventKind::appealed,
        EventKind::operator_released, EventKind::classified, EventKind::name_failed, EventKind::enforcement_stopped,
        EventKind::enforcement_resumed, EventKind::fuse_blown, EventKind::auto_released, EventKind::node_joined})
    EXPECT_TRUE(kinds.contains(kind)) << name_of(kind);
  for (const Channel c :
       {Channel::scan_ports, Channel::scan_telnet, Channel::scan_mirai, Channel::spam_delivery, Channel::spam_mx_query,
        Channel::dns_failure, Channel::dns_tunnel, Channel::flood_syn, Channel::flood_udp, Channel::flood_reply,
        Channel::flood_spoof, Channel::login_failure, Channel::login_opaque, Channel::c2_beacon, Channel::c2_address,
        Channel::c2_name, Channel::c2_sinkhole, Channel::report_abuse})
    EXPECT_TRUE(channels.contains(c)) << name_of(c);
}

TEST(FuzzSeeds, EveryTruncationOfAnEngineSeedIsAProgram) {
  for (const auto& [name, octets] : engine_seeds())
    for (std::size_t size = 0; size < octets.size(); size += 3) {
      const Program program = read_program(std::span(octets).first(size));
      EXPECT_TRUE(std::is_sorted(
          program.steps.begin(), program.steps.end(),
          [](const Step& a, const Step& b) { return a.at < b.at || (a.at == b.at && a.is_command && !b.is_command); }))
          << name << ' ' << size;
    }
}

TEST(FuzzSeeds, AWrongReferenceIsNoticed) {
  for (const laws::Slip slip :
       {laws::Slip::no_cap, laws::Slip::no_decay, laws::Slip::nothing_sacred, laws::Slip::unreachable_ignored,
        laws::Slip::any_acknowledgment, laws::Slip::later_unlimited, laws::Slip::probation_restarts}) {
    bool noticed = false;
    for (const auto& [name, octets] : engine_seeds())
      noticed |= !broken_law(read_program(octets), nullptr, slip).empty();
    EXPECT_TRUE(noticed) << static_cast<int>(slip);
  }
}

TEST(FuzzFindings, HoldAllLawsNow) {
  for (const auto& [name, octets] : findings("engine")) EXPECT_EQ(broken_law(read_program(octets)), "") << name;
  for (const auto& [name, octets] : findings("decode")) EXPECT_EQ(broken_decode_invariant(octets), nullptr) << name;
}

}  // namespace
}  // namespace lazaret::fuzz
