// The control interface: what is written is read back, and nothing else is taken for it.
#include <gtest/gtest.h>

#include <random>

#include "datapath/portal/control_protocol.hpp"
#include "scenarios/run_directory.hpp"

namespace lazaret::portal {
namespace {

using Dice = std::mt19937_64;

std::string noise(Dice& dice, std::size_t longest) {
  std::string text(dice() % (longest + 1), ' ');
  for (char& c : text) c = static_cast<char>(32 + dice() % 95);
  return text;
}

IpAddress random_address(Dice& dice) {
  return dice() % 2 != 0 ? IpAddress::v4(static_cast<std::uint32_t>(dice()))
                         : IpAddress{0x2001'0db8'0000'0000 | (dice() & 0xffff'ffff), dice()};
}

Reason random_reason(Dice& dice) {
  return {static_cast<Channel>(dice() % kChannels),
          static_cast<std::uint32_t>(dice() % 65536),
          static_cast<std::uint32_t>(dice()),
          static_cast<std::uint16_t>(dice()),
          static_cast<std::uint16_t>(dice()),
          static_cast<std::int64_t>(dice() % 4'000'000'000),
          static_cast<std::int64_t>(dice() % 4'000'000'000)};
}

Line random_line(Dice& dice) {
  Line l;
  l.id = noise(dice, 20);
  l.standing = noise(dice, 20);
  l.state = static_cast<State>(dice() % 8);
  l.profile = static_cast<Profile>(dice() % 6);
  l.later_left = static_cast<unsigned>(dice() % 100);
  l.history = static_cast<unsigned>(dice() % 256);
  for (const Choice c : {Choice::now, Choice::later, Choice::already})
    if (dice() % 2 != 0) l.open.push_back(c);
  l.since_s = static_cast<std::int64_t>(dice() % 4'000'000'000);
  l.until_s = static_cast<std::int64_t>(dice() % 4'000'000'000);
  l.terms = {static_cast<std::int64_t>(dice() % 1000000), 2, static_cast<std::int64_t>(dice() % 1000000)};
  for (std::size_t n = dice() % 7; n > 0; --n) l.reasons.push_back(random_reason(dice));
  for (std::size_t n = dice() % 5; n > 0; --n) l.reachable.push_back(noise(dice, 63));
  return l;
}

TEST(Protocol, AsksComeBack) {
  Dice dice(1);
  for (int n = 0; n < 500; ++n) {
    const Ask ask = dice() % 2 != 0
                        ? Ask(AskLine{random_address(dice)})
                        : Ask(AskChoice{random_address(dice), static_cast<Choice>(dice() % 4), noise(dice, 40)});
    const std::string line = to_line(ask);
    EXPECT_EQ(line.find('\n'), std::string::npos);
    EXPECT_LT(line.size(), kLongestAsk);
    const auto read = read_ask(line);
    ASSERT_TRUE(std::holds_alternative<Ask>(read)) << line << ": " << std::get<Trouble>(read).what;
    EXPECT_EQ(std::get<Ask>(read), ask) << line;
  }
}

TEST(Protocol, AnswersComeBack) {
  Dice dice(2);
  for (int n = 0; n < 500; ++n) {
    Answer answer = random_line(dice);
    if (n % 5 == 1) answer = Nobody{};
    if (n % 5 == 2) answer = static_cast<Outcome>(dice() % 4);
    if (n % 5 == 3) answer = Trouble{noise(dice, 50)};
    const std::string line = to_line(answer);
    EXPECT_EQ(line.find('\n'), std::string::npos);
    EXPECT_EQ(read_answer(line), answer) << line;
  }
}

TEST(Protocol, CutOrSpoiledLinesAreTroubleOrPlainlySomethingElse) {
  Dice dice(3);
  for (int n = 0; n < 300; ++n) {
    const std::string line = to_line(Answer(random_line(dice))), ask = to_line(AskLine{random_address(dice)});
    EXPECT_TRUE(std::holds_alternative<Trouble>(read_answer(line.substr(0, dice() % line.size()))));
    EXPECT_TRUE(std::holds_alternative<Trouble>(read_ask(ask.substr(0, dice() % ask.size()))));
    std::string spoiled = line;
    spoiled[dice() % spoiled.size()] = static_cast<char>(dice());
    const Answer read = read_answer(spoiled);  // whatever it is, it is one that can be written again
    EXPECT_EQ(read_answer(to_line(read)), read);
  }
}

TEST(Protocol, WhatIsWrongIsSaid) {
  struct Row {
    const char *line, *what;
  };
  for (const Row& row : std::initializer_list<Row>{
           {"", "no JSON object"},
           {"[]", "no JSON object"},
           {"{}", "'v' is missing"},
           {R"({"v":2,"ask":"line","address":"192.0.2.1"})", "another version"},
           {R"({"v":-1,"ask":"line"})", "no whole number"},
           {R"({"v":1})", "'ask' is missing"},
           {R"({"v":1,"ask":"release","address":"192.0.2.1"})", "neither"},
           {R"({"v":1,"ask":"line"})", "'address' is missing"},
           {R"({"v":1,"ask":"line","address":"192.0.2.0/24"})", "no IP address"},
           {R"({"v":1,"ask":"line","address":"192.0.2.1/32"})", "no IP address"},
           {R"({"v":1,"ask":"line","address":7})", "no text"},
           {R"({"v":1,"ask":"choose","address":"::1","choice":"release","standing":""})", "no name"},
           {R"({"v":1,"ask":"choose","address":"::1","choice":"later"})", "'standing' is missing"}}) {
    const auto read = read_ask(row.line);
    ASSERT_TRUE(std::holds_alternative<Trouble>(read)) << row.line;
    EXPECT_NE(std::get<Trouble>(read).what.find(row.what), std::string::npos)
        << row.line << ": " << std::get<Trouble>(read).what;
  }
  const std::string deep(kLongestAsk - 1, '[');
  EXPECT_TRUE(std::holds_alternative<Trouble>(read_ask(deep)));
  EXPECT_TRUE(std::holds_alternative<Trouble>(read_ask(std::string(kLongestAsk + 1, ' '))));
  EXPECT_TRUE(std::holds_alternative<Ask>(read_ask(R"({"v":1,"ask":"line","address":"192.0.2.1","new":[1]})")))
      << "fields of later versions are left alone";
}

}  // namespace
}  // namespace lazaret::portal
