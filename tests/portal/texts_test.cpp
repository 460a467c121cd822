// The tables of words: complete, and the same in every language; and which language a browser gets.
#include "datapath/portal/texts.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "core/evidence/names.hpp"
#include "core/policy.hpp"
#include "datapath/portal/pages.hpp"
#include "datapath/portal/token.hpp"

namespace lazaret::portal {
namespace {

/// The {places} of a text.
std::multiset<std::string> places(const std::string& text) {
  std::multiset<std::string> found;
  for (std::size_t at = 0; (at = text.find('{', at)) != std::string::npos; ++at)
    found.insert(text.substr(at, text.find('}', at) - at + 1));
  return found;
}

TEST(Texts, EveryLanguageHasTheSameKeysAndPlaces) {
  const Language& english = languages()[0];
  ASSERT_GT(english.texts().size(), 100U);
  for (const Language& l : languages()) {
    for (const auto& [key, text] : english.texts()) {
      ASSERT_TRUE(l.texts().contains(key)) << l.code() << " lacks " << key;
      EXPECT_EQ(places(l.text(key)), places(text)) << l.code() << " " << key;
      EXPECT_FALSE(l.text(key).empty()) << l.code() << " " << key;
    }
    for (const auto& [key, items] : english.lists()) {
      ASSERT_TRUE(l.lists().contains(key)) << l.code() << " lacks " << key;
      EXPECT_EQ(l.list(key).size(), items.size()) << l.code() << " " << key;
    }
    EXPECT_EQ(l.texts().size(), english.texts().size()) << l.code() << " has keys that English has not";
    EXPECT_EQ(l.lists().size(), english.lists().size());
  }
}

TEST(Texts, EveryChannelProfileAndWordHasOne) {
  for (const Language& l : languages()) {
    for (unsigned c = 0; c < kChannels; ++c) {
      EXPECT_NO_THROW((void)l.text("seen." + std::string(name_of(static_cast<Channel>(c)))));
      EXPECT_NO_THROW((void)l.text("device." + std::string(device_key(static_cast<Channel>(c)))));
    }
    for (std::int64_t p = 0; p <= static_cast<std::int64_t>(Profile::strict); ++p)
      EXPECT_NO_THROW((void)l.text("profile." + std::string(profile_name(static_cast<Profile>(p)))));
    std::set<std::string> words;
    for (unsigned k = 0; k < Question::kKinds; ++k) {
      EXPECT_NO_THROW((void)l.text("question.ask_" + std::to_string(k)));
      const auto& kind = l.list("words.kind_" + std::to_string(k));
      EXPECT_EQ(kind.size(), TokenMaker::kWordsPerKind);
      for (const std::string& word : kind) EXPECT_TRUE(words.insert(word).second) << word << " in two kinds";
    }
    EXPECT_EQ(l.list("time.months").size(), 12U);
  }
}

TEST(Texts, NumbersAndTimes) {
  const Language &en = languages()[0], &de = languages()[1], &fr = languages()[2];
  EXPECT_EQ(en.counted("later_left", 1), "You can do this 1 more time.");
  EXPECT_EQ(en.counted("later_left", 3), "You can do this 3 more times.");
  EXPECT_EQ(en.duration(172800), "2 days");
  EXPECT_EQ(de.duration(3600), "1 Stunde");
  EXPECT_EQ(fr.duration(90), "90 secondes");
  EXPECT_EQ(fr.duration(0), "0 seconde");
  const std::int64_t at = 1'795'532'400;
  EXPECT_NE(en.time(at).find(" November 2026, "), std::string::npos) << en.time(at);
  EXPECT_NE(de.time(at).find(". November 2026, "), std::string::npos) << de.time(at);
  EXPECT_NE(fr.time(at).find(" novembre 2026, "), std::string::npos) << fr.time(at);
}

TEST(Texts, TheBrowserSaysWhichLanguage) {
  struct Row {
    const char *asked, *accept, *otherwise, *got;
  };
  for (const Row& row : std::initializer_list<Row>{{"", "", "", "en"},
                                                   {"", "", "fr", "fr"},
                                                   {"", "de", "fr", "de"},
                                                   {"fr", "de", "en", "fr"},
                                                   {"xx", "de", "en", "de"},
                                                   {"", "de-AT,en;q=0.9", "en", "de"},
                                                   {"", "en;q=0.4, DE;q=0.5", "en", "de"},
                                                   {"", "en;q=0,fr;q=0.001", "en", "fr"},
                                                   {"", "it,es;q=0.9,fr;q=0.8,en;q=0.7", "en", "fr"},
                                                   {"", "it, es", "de", "de"},
                                                   {"", "fr;q=1.0,de;q=1", "en", "fr"},
                                                   {"", ";;;q=,,,=,de;q=zz,-,fr;x=1", "en", "en"},
                                                   {"", "*", "de", "de"}}) {
    EXPECT_EQ(language_for(row.asked, row.accept, row.otherwise).code(), row.got)
        << row.asked << "|" << row.accept << "|" << row.otherwise;
  }
}

}  // namespace
}  // namespace lazaret::portal
