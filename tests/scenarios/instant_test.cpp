// Dates of mails and reports, as a table: what stands there, and the Unix time it means (-1: none).
#include "scenarios/instant.hpp"

#include <gtest/gtest.h>

namespace lazaret {
namespace {

struct Case {
  const char* text;
  std::int64_t unix_s;
};

std::int64_t seconds_of(std::optional<Timestamp> t) { return t ? t->ns / kNsPerSecond : -1; }

TEST(Instant, MailDates) {
  const Case cases[] = {
      {"Tue, 9 Oct 2007 14:03:20 +0200", 1191931400},
      {"Tue, 09 Oct 2007 12:03:20 GMT", 1191931400},
      {"9 Oct 2007 12:03 -0000", 1191931380},
      {"Tue,9 oct 2007 08:03:20 EDT", 1191931400},
      {"Tue, 9 Oct 2007 14:03:20 +0200 (CEST (summer))", 1191931400},
      {"Tue, 9 Oct 07 12:03:20 UT", 1191931400},
      {"9 Oct 107 12:03:20 Z", 1191931400},
      {"Oct  9 2007 14:03:20 +0200", 1191931400},
      {"31 Dec 2016 23:59:60 +0000", 1483228800},
      {"29 Feb 2008 00:00:00 +0000", 1204243200},
      {"29 Feb 2007 00:00:00 +0000", -1},
      {"Tue, 9 Oct 2007 14:03:20", -1},
      {"Tue, 9 Oct 2007 14:03:20 CEST", -1},
      {"9 Oct 2007 24:00:00 +0000", -1},
      {"9 Oct 2007 12:60:00 +0000", -1},
      {"9 Okt 2007 12:00:00 +0000", -1},
      {"9 Oct 2007 12:00:00 +0000 (open", -1},
      {"9 Oct 2007 12:00:00 +00:00", -1},
      {"9 Oct 1969 12:00:00 +0000", -1},
      {"1 Jan 1970 00:30:00 +0100", -1},
      {"9 Oct 20007 12:00:00 +0000", -1},
      {"0 Oct 2007 12:00:00 +0000", -1},
      {"", -1},
      {"Tue,", -1},
  };
  for (const Case& c : cases) EXPECT_EQ(seconds_of(parse_mail_date(c.text)), c.unix_s) << c.text;
}

TEST(Instant, IsoDates) {
  const Case cases[] = {
      {"2007-10-09T14:03:20+02:00", 1191931400},
      {"2007-10-09T12:03:20Z", 1191931400},
      {"2007-10-09 12:03:20 +0000", 1191931400},
      {"2007-10-09t12:03z", 1191931380},
      {"2007-10-09T08:33:20-03:30", 1191931400},
      {"2007-10-09T14:03:20.999999+02", 1191931400},
      {"2007-10-09T12:03:20", -1},
      {"2007-10-09", -1},
      {"2007-13-09T12:03:20Z", -1},
      {"2007-10-32T12:03:20Z", -1},
      {"2007-10-09T12:03:20.Z", -1},
      {"2007-10-09T12:03:20+2", -1},
      {"2007-10-09T12:03:20+02:0", -1},
      {"2007-10-09T12:03:20+02:", -1},
      {"2007-10-09T12:03:20Z!", -1},
      {"+007-10-09T12:03:20Z", -1},
      {"2300-10-09T12:03:20Z", -1},
      {"", -1},
  };
  for (const Case& c : cases) EXPECT_EQ(seconds_of(parse_iso_date(c.text)), c.unix_s) << c.text;
  EXPECT_EQ(parse_iso_date("1970-01-01T00:00:01.25Z")->ns, 1'250'000'000);
  EXPECT_EQ(parse_iso_date("1970-01-01T00:00:01.1234567891234Z")->ns, 1'123'456'789);
}

}  // namespace
}  // namespace lazaret
