#include "cli/verbs.hpp"

#include <gtest/gtest.h>

namespace lazaret {
namespace {

TEST(verbs, nearest) {
  struct Row {
    const char *typed, *meant;  // nothing: no verb is near
  };
  for (const Row& row : {Row{"rnu", "run"}, Row{"runn", "run"}, Row{"reprot", "report"}, Row{"Replay", "replay"},
                         Row{"scenarios", "scenario"}, Row{"explian", "explain"}, Row{"parity", "parity"},
                         Row{"simulate", nullptr}, Row{"x", nullptr}, Row{"", nullptr}}) {
    const auto near = nearest_verb(row.typed);
    EXPECT_EQ(near, row.meant == nullptr ? std::optional<std::string>{} : row.meant) << row.typed;
  }
}

TEST(verbs, help_names_each_with_its_example) {
  const std::string help = help_text();
  for (const Verb& verb : verbs()) {
    EXPECT_NE(help.find("\n  " + std::string(verb.name) + " "), std::string::npos) << verb.name;
    EXPECT_NE(help.find(verb.does), std::string::npos) << verb.name;
    EXPECT_NE(help.find(verb.example), std::string::npos) << verb.name;
    EXPECT_EQ(find_verb(verb.name), &verb);
  }
}

}  // namespace
}  // namespace lazaret
