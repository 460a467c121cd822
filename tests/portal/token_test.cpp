// No token that this portal did not make for this line, as it stands, at this time, is ever accepted.
#include "datapath/portal/token.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace lazaret::portal {
namespace {

struct Case {
  TokenMaker::Key key{};
  Token token;
  std::string line, standing;
};

Case random_case(std::mt19937_64& dice) {
  Case c;
  for (std::uint8_t& octet : c.key) octet = static_cast<std::uint8_t>(dice());
  c.token = {static_cast<std::int64_t>(dice() % 4'000'000'000), dice()};
  c.line = std::to_string(dice() % 100000);
  c.standing = "quarantined/" + std::to_string(dice() % 4) + "/" + std::to_string(dice() % 9);
  return c;
}

constexpr std::int64_t kSoon = TokenMaker::kSoonest_s, kLong = TokenMaker::kLifetime_s;

TEST(Token, IsAcceptedForItsLineStandingAndTimeAndNothingElse) {
  std::mt19937_64 dice(1);
  for (int n = 0; n < 500; ++n) {
    const Case c = random_case(dice), other = random_case(dice);
    const TokenMaker maker(c.key);
    const std::string text = maker.make(c.token, c.line, c.standing);
    const std::int64_t at = c.token.issued_s;
    const auto when = [&](std::int64_t now) { return maker.check(text, c.line, c.standing, now).has_value(); };
    for (const std::int64_t now : {at + kSoon, at + kSoon + static_cast<std::int64_t>(dice() % 800), at + kLong}) {
      const auto read = maker.check(text, c.line, c.standing, now);
      ASSERT_TRUE(read);
      EXPECT_EQ(read->serial, c.token.serial);
    }
    EXPECT_FALSE(when(at + kSoon - 1)) << "too young";
    EXPECT_FALSE(when(at)) << "too young";
    EXPECT_FALSE(when(at - 5)) << "from the future";
    EXPECT_FALSE(when(at + kLong + 1)) << "too old";
    const std::int64_t now = at + 10;
    EXPECT_FALSE(maker.check(text, c.line + "0", c.standing, now)) << "another line";
    EXPECT_FALSE(maker.check(text, c.line, c.standing + "0", now)) << "another standing";
    EXPECT_FALSE(maker.check(text, c.line + c.standing.substr(0, 1), c.standing.substr(1), now)) << "cut elsewhere";
    EXPECT_FALSE(TokenMaker(other.key).check(text, c.line, c.standing, now)) << "another portal's";
    EXPECT_FALSE(maker.check(maker.make(c.token, other.line + "x", c.standing), c.line, c.standing, now));
  }
}

TEST(Token, EveryChangeOfTheTextIsNoticed) {
  std::mt19937_64 dice(2);
  const Case c = random_case(dice);
  const TokenMaker maker(c.key);
  const std::string text = maker.make(c.token, c.line, c.standing);
  const std::int64_t now = c.token.issued_s + 10;
  for (std::size_t i = 0; i < text.size(); ++i)
    for (const char by : {'0', '7', 'f', 'F', 'A', '-', ' ', '\0', '\n'}) {
      std::string forged = text;
      forged[i] = by;
      EXPECT_EQ(maker.check(forged, c.line, c.standing, now).has_value(), forged == text) << i << " '" << by << "'";
    }
  for (std::size_t length = 0; length < text.size(); ++length)
    EXPECT_FALSE(maker.check(text.substr(0, length), c.line, c.standing, now));
  EXPECT_FALSE(maker.check(text + "0", c.line, c.standing, now));
  for (int n = 0; n < 5000; ++n) {
    std::string noise(text.size(), ' ');
    for (char& octet : noise) octet = "0123456789abcdef"[dice() % 16];
    EXPECT_FALSE(maker.check(noise, c.line, c.standing, now));
  }
}

TEST(Question, HasOneRightAnswerThatIsAnywhere) {
  std::mt19937_64 dice(3);
  std::set<unsigned> places, kinds;
  std::set<std::string> asked;
  const Case c = random_case(dice);
  for (int n = 0; n < 2000; ++n) {
    const Question q = TokenMaker(c.key).question({0, dice()});
    unsigned right = 0;
    std::set<std::pair<unsigned, unsigned>> words;
    std::string all;
    for (unsigned place = 0; place < Question::kWords; ++place) {
      right += q.kind_of[place] == q.kind;
      ASSERT_LT(q.kind_of[place], Question::kKinds);
      ASSERT_LT(q.word_of[place], TokenMaker::kWordsPerKind);
      EXPECT_TRUE(words.emplace(q.kind_of[place], q.word_of[place]).second) << "a word twice";
      all += std::to_string(q.kind_of[place]) + std::to_string(q.word_of[place]);
    }
    EXPECT_EQ(right, 1U);
    EXPECT_EQ(q.kind_of[q.right()], q.kind);
    places.insert(q.right());
    kinds.insert(q.kind);
    asked.insert(all);
  }
  EXPECT_EQ(places.size(), Question::kWords);
  EXPECT_EQ(kinds.size(), Question::kKinds);
  EXPECT_GT(asked.size(), 1900U) << "questions repeat: their answers could be collected";
}

TEST(Question, BelongsToItsTokenAndKey) {
  std::mt19937_64 dice(4);
  int same_right = 0;
  for (int n = 0; n < 400; ++n) {
    const Case a = random_case(dice), b = random_case(dice);
    const Question here = TokenMaker(a.key).question(a.token), there = TokenMaker(b.key).question(a.token);
    EXPECT_EQ(here.right(), TokenMaker(a.key).question(a.token).right());
    same_right += here.right() == there.right() && here.kind == there.kind;
  }
  EXPECT_LT(same_right, 60) << "the answer can be computed without the key";
}

}  // namespace
}  // namespace lazaret::portal
