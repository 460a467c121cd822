// The journal: what is written is read; what is damaged is said to be, and never read past.
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <functional>

#include "core/packet/decode.hpp"
#include "scenarios/journal_format.hpp"
#include "scenarios/journal_writer.hpp"
#include "scenarios/manifest.hpp"
#include "tests/core/messages.hpp"
#include "tests/scenarios/files.hpp"
#include "tests/scenarios/random_values.hpp"

namespace lazaret {
namespace {

struct Packet {
  Timestamp at;
  std::vector<std::uint8_t> frame;
  std::uint32_t wire_length;
  Direction direction;
  [[nodiscard]] PacketView view() const { return {at, frame, wire_length, direction}; }
};

std::vector<Packet> random_packets(std::uint64_t seed, std::size_t count) {
  RandomValues random(seed);
  std::vector<Packet> packets;
  std::int64_t at = 0;
  for (std::size_t i = 0; i < count; ++i) {
    at += static_cast<std::int64_t>(random.bits() % 3 == 0 ? 0 : random.bits() % 5'000'000'000);
    std::vector<std::uint8_t> frame(random.bits() % 400);
    for (std::uint8_t& octet : frame) octet = static_cast<std::uint8_t>(random.bits());
    const auto wire = static_cast<std::uint32_t>(frame.size() + (random.chance() ? 0 : random.bits() % 1200));
    packets.push_back({{at}, std::move(frame), wire, random.one_of(Direction::from_garden)});
  }
  return packets;
}

void write_journal(const std::filesystem::path& directory, const std::vector<Packet>& packets) {
  std::filesystem::remove(directory / kJournalFile);
  OutputFile file(directory / kJournalFile);
  JournalWriter writer(file);
  for (const Packet& p : packets) ASSERT_FALSE(writer.packet(p.view()));
  file.close();
  ASSERT_FALSE(file.problem());
  write_file(directory / kCommandsFile, "");
}

TEST(Journal, ReadsWhatWasWritten) {
  const ScratchDirectory directory;
  const auto packets = random_packets(5, 1000);
  write_journal(directory.path, packets);
  for (const std::size_t batch : {std::size_t{1}, std::size_t{7}, kBatchMax}) {
    auto opened = JournalReader::open(directory.path);
    ASSERT_EQ(opened.index(), 0U) << std::get<Problem>(opened).message;
    auto& reader = std::get<0>(opened);
    std::size_t i = 0;
    std::vector<std::span<const std::uint8_t>> kept;  // views live until close
    for (auto views = reader.packets(batch); !views.empty(); views = reader.packets(batch))
      for (const PacketView& view : views) {
        const Packet& p = packets.at(i++);
        ASSERT_EQ(view.at, p.at);
        ASSERT_EQ(view.wire_length, p.wire_length);
        ASSERT_EQ(view.direction, p.direction);
        ASSERT_EQ(view.frame.size(), judged_octets(p.frame));
        kept.push_back(view.frame);
      }
    EXPECT_EQ(reader.damage(), nullptr);
    ASSERT_EQ(i, packets.size());
    for (i = 0; i < kept.size(); ++i) ASSERT_TRUE(std::equal(kept[i].begin(), kept[i].end(), packets[i].frame.begin()));
  }
}

TEST(Journal, AClientsHelloIsWrittenWholeAndOtherFramesAreCut) {
  const ScratchDirectory directory;
  const frames::Flow flow{frames::address("192.0.2.1"), frames::address("198.51.100.7"), 40000, 443};
  const frames::Octets hello = frames::hello_segment(flow, 1200), huge = frames::hello_segment(flow, 3000);
  const auto wire = [](const frames::Octets& frame) { return static_cast<std::uint32_t>(frame.size()); };
  write_journal(directory.path, {{{1}, hello, wire(hello), Direction::upstream},
                                 {{2}, huge, wire(huge), Direction::upstream},
                                 {{3}, frames::poke8(hello, 54, 23), wire(hello), Direction::upstream}});
  auto opened = JournalReader::open(directory.path);
  ASSERT_EQ(opened.index(), 0U) << std::get<Problem>(opened).message;
  const auto packets = std::get<0>(opened).packets(3);
  ASSERT_EQ(packets.size(), 3U);
  EXPECT_EQ(packets[0].frame.size(), hello.size());
  EXPECT_EQ(packets[1].frame.size(), kJudgedMost);
  EXPECT_EQ(packets[2].frame.size(), kJudgedOctets);
}

TEST(Journal, TheSamePacketsGiveTheSameOctets) {
  const ScratchDirectory a, b;
  write_journal(a.path, random_packets(6, 100));
  write_journal(b.path, random_packets(6, 100));
  EXPECT_EQ(file_text(a.path / kJournalFile), file_text(b.path / kJournalFile));
}

TEST(Journal, AWorldsBugIsNotJournalled) {
  const ScratchDirectory directory;
  OutputFile file(directory.path / kJournalFile);
  JournalWriter writer(file);
  const std::vector<std::uint8_t> frame(60);
  EXPECT_FALSE(writer.packet({{100}, frame, 60, Direction::upstream}));
  EXPECT_TRUE(writer.packet({{99}, frame, 60, Direction::upstream}));    // backwards
  EXPECT_TRUE(writer.packet({{100}, frame, 59, Direction::upstream}));   // shorter on the wire than here
  EXPECT_FALSE(writer.packet({{100}, frame, 60, Direction::upstream}));  // at one instant is fine
}

/// All packets of a journal with these octets, or its damage.
std::pair<std::size_t, std::string> read_octets(const std::filesystem::path& directory, const std::string& octets) {
  write_file(directory / kJournalFile, octets);
  auto opened = JournalReader::open(directory);
  if (auto* problem = std::get_if<Problem>(&opened)) return {0, problem->message};
  auto& reader = std::get<0>(opened);
  std::size_t count = 0;
  unsigned sum = 0;
  for (auto views = reader.packets(3); !views.empty(); views = reader.packets(3))
    for (const PacketView& view : views) {
      ++count;
      for (const std::uint8_t octet : view.frame) sum += octet;  // a view past the file would be seen by the sanitizer
    }
  EXPECT_TRUE(reader.packets(3).empty());  // an end stays an end
  [[maybe_unused]] static volatile unsigned sink;
  sink = sum;
  return {count, reader.damage() ? reader.damage()->message : ""};
}

TEST(Journal, DamageIsNamedWithItsPlace) {
  const ScratchDirectory directory;
  write_journal(directory.path, {{{10}, std::vector<std::uint8_t>(60), 60, Direction::upstream},
                                 {{20}, std::vector<std::uint8_t>(60), 60, Direction::downstream}});
  const std::string good = file_text(directory.path / kJournalFile);
  const std::size_t block = journal::kPacketOverhead + 60;
  const std::size_t first = good.size() - 2 * block, second = good.size() - block;
  const auto with = [&](std::size_t where, std::uint32_t value) {
    std::string octets = good;
    std::memcpy(octets.data() + where, &value, sizeof value);
    return octets;
  };
  struct Case {
    const char* name;
    std::string octets;
    std::size_t packets;
    std::string says;
  };
  const std::string at_first = "damaged at octet " + std::to_string(first),
                    at_second = "damaged at octet " + std::to_string(second);
  const std::vector<Case> cases = {
      {"good", good, 2, ""},
      {"empty", "", 0, "is empty"},
      {"three octets", "abc", 0, "damaged at octet 0: only 3 octets are left"},
      {"a text", "hello, this is not a capture at all", 0, "damaged at octet 0: not a pcapng file"},
      {"big-endian", with(8, 0x4d3c2b1a), 0, "the byte order is not a journal's"},
      {"another version", with(12, 2), 0, "the pcapng version is not 1.0"},
      {"an interface that is not Ethernet", with(static_cast<unsigned char>(good[4]) + 8U, 113), 0,
       "here the interface 'access' belongs"},
      {"cut within the last packet", good.substr(0, good.size() - 20), 1,
       at_second + ": a block claims 92 octets and 72 are left: the file is cut short"},
      {"cut within a head", good.substr(0, second + 5), 1, at_second + ": only 5 octets are left"},
      {"lengths differ", with(good.size() - 4, 96), 1, at_second + ": a block's two lengths differ"},
      {"length of nothing", with(first + 4, 0), 0, at_first + ": a block claims 0 octets"},
      {"length beyond the file", with(first + 4, 0xfffffffc), 0, at_first + ": a block claims 4294967292 octets"},
      {"an unknown block", with(first, 5), 0, at_first + ": block type 5 does not belong here"},
      {"an unknown interface", with(first + 8, 3), 0, at_first + ": interface 3 does not exist"},
      {"more captured than there is", with(first + 20, 61), 0, at_first + ": 61 octets captured of 60"},
      {"less captured than there is", with(first + 20, 20), 0, at_first + ": 20 octets captured of 60 do not fit"},
      {"backwards in time", with(second + 16, 5), 1, at_second + ": the time stamp 5 ns comes after 10 ns"},
      {"beyond all time", with(second + 12, 0x80000000), 1, at_second + ": the time stamp"},
  };
  for (const Case& c : cases) {
    const auto [packets, said] = read_octets(directory.path, c.octets);
    EXPECT_EQ(packets, c.packets) << c.name;
    EXPECT_TRUE(c.says.empty() ? said.empty() : said.find(c.says) != std::string::npos) << c.name << ": " << said;
  }
}

TEST(Journal, NoFlippedOctetIsReadPastTheEnd) {
  const ScratchDirectory directory;
  write_journal(directory.path, random_packets(7, 12));
  const std::string good = file_text(directory.path / kJournalFile);
  RandomValues random(8);
  unsigned noticed = 0;
  for (int i = 0; i < 1500; ++i) {
    std::string octets = good;
    for (std::uint64_t flips = 1 + random.bits() % 4; flips > 0; --flips)
      octets[random.bits() % octets.size()] = static_cast<char>(random.bits());
    if (random.chance(4)) octets.resize(random.bits() % octets.size());
    const auto [packets, said] = read_octets(directory.path, octets);
    EXPECT_LE(packets, 12U);
    noticed += said.empty() ? 0 : 1;
  }
  EXPECT_GT(noticed, 150U);  // most flips hit a frame's octets, which may be anything
}

TEST(Journal, WiresharkOpensItWithNanosecondsAndNames) {
  if (std::system("command -v tshark > /dev/null 2>&1") != 0)
    GTEST_SKIP() << "TSHARK IS NOT INSTALLED: the journal was not shown to Wireshark";
  const ScratchDirectory directory;
  write_journal(directory.path, {{{1'234'567'891}, std::vector<std::uint8_t>(60), 600, Direction::upstream},
                                 {{1'234'567'892}, std::vector<std::uint8_t>(400), 1500, Direction::from_garden}});
  const auto out = directory.path / "out";
  const std::string command =
      "tshark -r '" + (directory.path / kJournalFile).string() +
      "' -T fields -e frame.time_epoch -e frame.interface_name -e frame.cap_len -e frame.len > '" + out.string() +
      "' 2> /dev/null";
  ASSERT_EQ(std::system(command.c_str()), 0);
  EXPECT_EQ(file_text(out), "1.234567891\taccess\t60\t600\n1.234567892\tgarden\t320\t1500\n");
}

}  // namespace
}  // namespace lazaret
