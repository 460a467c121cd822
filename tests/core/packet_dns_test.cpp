// Names and what their form says; DNS answers through aliases and compression; what a cut leaves.
#include <gtest/gtest.h>

#include <string>

#include "core/hash.hpp"
#include "core/packet/dns.hpp"
#include "tests/core/messages.hpp"

namespace lazaret {
namespace {

using namespace frames;

constexpr std::uint64_t kSeed = 99;
const Octets kName = pointer(kQuestionAt);

std::string shown(const DnsFacts& facts) {
  std::string text;
  for (const DnsAnswer& answer : facts.addresses()) {
    if (!text.empty()) text += ' ';
    const IpAddress& address = answer.address;
    text += address.is_v4() ? std::to_string(address.as_v4() & 0xff) : "v6:" + std::to_string(address.low & 0xff);
  }
  return text;
}

enum Form : unsigned { kPlain = 0, kReverse = 1, kSingle = 2, kLocal = 4, kBlockList = 8 };

TEST(Names, FormsAsATable) {
  const struct {
    std::string_view name, domain;
    unsigned labels, octets, outside, forms;
  } table[] = {
      {"", "", 0, 0, 0, kPlain},
      {"printer", "printer", 1, 7, 0, kSingle},
      {"local", "local", 1, 5, 0, kSingle},
      {"example.org", "example.org", 2, 11, 0, kPlain},
      {"www.Example.org", "example.org", 3, 15, 3, kPlain},
      {"a.bc.www.example.org", "example.org", 5, 20, 6, kPlain},
      {"www.example.de", "example.de", 3, 14, 3, kPlain},
      {"www.example.co.uk", "example.co.uk", 4, 17, 3, kPlain},
      {"co.uk", "co.uk", 2, 5, 0, kPlain},
      {"example.co.uk", "example.co.uk", 3, 13, 0, kPlain},
      {"x.example.gob.mx", "example.gob.mx", 4, 16, 1, kPlain},
      {"x.example.ac.jp", "example.ac.jp", 4, 15, 1, kPlain},
      {"x.example.com.info", "com.info", 4, 18, 8, kPlain},  // the last label has four letters
      {"x.example.blog.uk", "blog.uk", 4, 17, 8, kPlain},
      {"x.example.co.u1", "co.u1", 4, 15, 8, kPlain},
      {"7.2.0.192.in-addr.arpa", "in-addr.arpa", 6, 22, 6, kReverse},
      {"b.a.ip6.arpa", "ip6.arpa", 4, 12, 2, kReverse},
      {"in-addr.arpa", "in-addr.arpa", 2, 12, 0, kReverse},
      {"e164.arpa", "e164.arpa", 2, 9, 0, kPlain},
      {"7.2.0.192.in-addr.example", "in-addr.example", 6, 25, 6, kBlockList},
      {"nas.local", "nas.local", 2, 9, 0, kLocal},
      {"a.fritz.LAN", "fritz.lan", 3, 11, 1, kLocal},
      {"wpad.home", "wpad.home", 2, 9, 0, kLocal},
      {"x.home.arpa", "home.arpa", 3, 11, 1, kLocal},
      {"x.internal", "x.internal", 2, 10, 0, kLocal},
      {"x.localdomain", "x.localdomain", 2, 13, 0, kLocal},
      {"dc1.ad.corp", "ad.corp", 3, 11, 3, kLocal},
      {"local.example", "local.example", 2, 13, 0, kPlain},
      {"2.0.0.127.zen.example.org", "example.org", 7, 25, 9, kBlockList},
      {"255.255.255.255.bl.example", "bl.example", 6, 26, 12, kBlockList},
      {"256.0.0.127.bl.example", "bl.example", 6, 22, 8, kPlain},
      {"02.0.0.127.bl.example", "bl.example", 6, 21, 7, kPlain},
      {"1.2.3.4.example", "4.example", 5, 15, 3, kPlain},  // a zone of one label
      {"1.2.3.x.bl.example", "bl.example", 6, 18, 4, kPlain},
      {"1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.bl.example", "bl.example", 34, 74, 32,
       kBlockList},
      {"1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.B.D.0.1.0.0.2.bl.example", "bl.example", 34, 74, 32,
       kBlockList},
      {"g.a.a.a.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.bl.example", "bl.example", 34, 74, 32, kPlain},
  };
  for (const auto& row : table) {
    SCOPED_TRACE(row.name);
    const auto facts = read_dns(dns({.name = row.name}), kSeed);
    ASSERT_TRUE(facts);
    EXPECT_EQ(facts->labels, row.labels);
    EXPECT_EQ(facts->name_octets, row.octets);
    EXPECT_EQ(facts->outside_octets, row.outside);
    EXPECT_EQ(facts->is_reverse, (row.forms & kReverse) != 0);
    EXPECT_EQ(facts->is_single_label, (row.forms & kSingle) != 0);
    EXPECT_EQ(facts->is_local, (row.forms & kLocal) != 0);
    EXPECT_EQ(facts->looks_like_block_list, (row.forms & kBlockList) != 0);
    EXPECT_EQ(facts->name_hash, parse_dns(dns({.name = row.name}), kSeed)->name_hash) << "one hash for both readers";
    EXPECT_EQ(facts->domain_hash, parse_dns(dns({.name = row.domain}), kSeed)->name_hash);
    if (!row.name.empty()) {
      EXPECT_EQ(facts->name_hash, hash_name(row.name, kSeed)) << "and for text";
    }
  }
}

TEST(Names, TextOfFeeds) {
  EXPECT_EQ(hash_name("Example.ORG.", kSeed), hash_name("example.org", kSeed));
  EXPECT_EQ(hash_name(".", kSeed), parse_dns(dns({.name = ""}), kSeed)->name_hash);
  EXPECT_NE(hash_name("example.org", kSeed), hash_name("example.org", kSeed + 1));
  const std::string label(63, 'x');
  const std::string longest = label + "." + label + "." + label + "." + std::string(61, 'y');
  EXPECT_TRUE(hash_name(longest, kSeed));
  for (const std::string& bad : {std::string(), std::string(".."), std::string("a..b"), std::string(".a"),
                                 std::string(64, 'x'), longest + "y", longest + ".y"})
    EXPECT_FALSE(hash_name(bad, kSeed)) << bad;
}

TEST(DnsFacts, TheHeader) {
  const Octets query = dns({.name = "example.org", .type = kDnsTypeTxt, .id = 0xbeef});
  const auto asked = read_dns(query, kSeed);
  ASSERT_TRUE(asked);
  EXPECT_EQ(asked->id, 0xbeef);
  EXPECT_EQ(asked->qtype, kDnsTypeTxt);
  EXPECT_FALSE(asked->response);
  EXPECT_FALSE(asked->truncated);
  EXPECT_FALSE(asked->answers_whole) << "a query has no answers that could be whole";
  const auto odd = read_dns(poke16(query, 6, 3), kSeed);
  ASSERT_TRUE(odd);
  EXPECT_EQ(odd->answer_count, 0) << "a query answers nothing, whatever it claims";

  const Octets no = dns({.name = "example.org", .response = true, .rcode = 3});
  const auto answered = read_dns(poke8(no, 2, no[2] | 0x02), kSeed);
  ASSERT_TRUE(answered);
  EXPECT_TRUE(answered->response);
  EXPECT_TRUE(answered->truncated);
  EXPECT_EQ(answered->rcode, 3);
  EXPECT_EQ(answered->answer_count, 0);
  EXPECT_TRUE(answered->answers_whole);

  EXPECT_FALSE(read_dns(poke16(query, 4, 0), kSeed));
  EXPECT_FALSE(read_dns(poke16(query, 4, 2), kSeed));
  for (unsigned operation = 1; operation < 16; ++operation) {
    const auto flags = static_cast<std::uint8_t>(query[2] | operation << 3);
    EXPECT_FALSE(read_dns(poke8(query, 2, flags), kSeed)) << "operation " << operation;
    EXPECT_FALSE(parse_dns(poke8(query, 2, flags), kSeed)) << "operation " << operation;
  }
}

TEST(DnsFacts, AnswersAsATable) {
  const Octets www = name_octets("www.example.org"), cdn = name_octets("cdn.example"),
               edge = name_octets("e.cdn.example");
  const auto numbered = [](unsigned i) { return name_octets("n" + std::to_string(i) + ".example"); };
  const auto chain = [&](unsigned links) {
    std::vector<Record> records{alias(kName, numbered(1))};
    for (unsigned i = 1; i < links; ++i) records.push_back(alias(numbered(i), numbered(i + 1)));
    records.push_back(a(numbered(links), "192.0.2.9"));
    return records;
  };
  Record chaos = a(kName, "192.0.2.1"), text = a(kName, "192.0.2.1"), mapped = aaaa(kName, "2001:db8::1");
  chaos.record_class = 3;
  text.type = kDnsTypeTxt;
  mapped.data = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 1};
  Record cut_a = a(kName, "192.0.2.2");
  cut_a.data.pop_back();
  const struct {
    std::string_view what;
    std::vector<Record> records;
    std::string_view addresses;
    bool whole = true;
  } table[] = {
      {"one address", {a(kName, "192.0.2.1")}, "1"},
      {"both families", {a(kName, "192.0.2.1"), aaaa(kName, "2001:db8::7")}, "1 v6:7"},
      {"an owner spelled out", {a(www, "192.0.2.1")}, "1"},
      {"an owner in capitals", {a(name_octets("WWW.example.ORG"), "192.0.2.1")}, "1"},
      {"an owner half compressed", {a(labels_and_pointer("www", kQuestionAt + 4), "192.0.2.1")}, "1"},
      {"an owner above the name", {a(pointer(kQuestionAt + 4), "192.0.2.1")}, ""},
      {"somebody else's address", {a(cdn, "192.0.2.1"), a(kName, "192.0.2.2")}, "2"},
      {"five addresses",
       {a(kName, "192.0.2.1"), a(kName, "192.0.2.2"), a(kName, "192.0.2.3"), a(kName, "192.0.2.4"),
        a(kName, "192.0.2.5")},
       "1 2 3 4"},
      {"through an alias", {alias(kName, cdn), a(cdn, "192.0.2.1")}, "1"},
      {"through two, out of order", {a(edge, "192.0.2.1"), alias(cdn, edge), alias(kName, cdn)}, "1"},
      {"an alias compressed into the question",
       {alias(kName, labels_and_pointer("cdn", kQuestionAt + 4)), a(name_octets("cdn.example.org"), "192.0.2.1")},
       "1"},
      {"an alias without address", {alias(kName, cdn)}, ""},
      {"an alias of somebody else", {alias(cdn, edge), a(edge, "192.0.2.1")}, ""},
      {"aliases in a circle", {alias(kName, cdn), alias(cdn, kName), a(cdn, "192.0.2.1")}, "1"},
      {"eight aliases", chain(8), "9"},
      {"nine aliases", chain(9), ""},
      {"another class", {chaos, a(kName, "192.0.2.2")}, "2"},
      {"another type", {text, a(kName, "192.0.2.2")}, "2"},
      {"IPv6 that would pass for IPv4", {mapped, a(kName, "192.0.2.2")}, "2"},
      {"an address of three octets", {a(kName, "192.0.2.1"), cut_a, a(kName, "192.0.2.3")}, "1", false},
      {"a pointer to itself", {a(kName, "192.0.2.1"), a(pointer(12 + 17 + 4 + 16), "192.0.2.2")}, "1", false},
      {"a pointer forwards", {a(kName, "192.0.2.1"), a(pointer(12 + 17 + 4 + 20), "192.0.2.2")}, "1", false},
      {"a pointer into the header", {a(kName, "192.0.2.1"), a(pointer(4), "192.0.2.2")}, "1", false},
      {"a reserved label type", {a(kName, "192.0.2.1"), a({0x41, 0}, "192.0.2.2")}, "1", false},
      {"an alias that is longer than its record", {alias(kName, concat(cdn, {0})), a(cdn, "192.0.2.1")}, "", false},
      {"an empty alias", {alias(kName, {}), a(kName, "192.0.2.1")}, "", false},
      {"as many records as are looked at", std::vector<Record>(kDnsRecordsMax, a(www, "192.0.2.1")), "1 1 1 1"},
      {"one more", std::vector<Record>(kDnsRecordsMax + 1, a(www, "192.0.2.1")), "1 1 1 1", false},
  };
  for (const auto& row : table) {
    SCOPED_TRACE(row.what);
    const auto facts = read_dns(dns_response({.name = "www.example.org"}, row.records), kSeed);
    ASSERT_TRUE(facts);
    EXPECT_EQ(shown(*facts), row.addresses);
    EXPECT_EQ(facts->answer_count, row.records.size());
    EXPECT_EQ(facts->answers_whole, row.whole);
  }
}

TEST(DnsFacts, TimesToLive) {
  const auto facts = read_dns(
      dns_response({.name = "example.org"}, {a(kName, "192.0.2.1", 0x7fff'ffff), a(kName, "192.0.2.2", 0x8000'0000),
                                             aaaa(kName, "2001:db8::1", 60)}),
      kSeed);
  ASSERT_TRUE(facts);
  ASSERT_EQ(facts->held, 3);
  EXPECT_EQ(facts->answers[0].ttl_s, 0x7fff'ffffU);
  EXPECT_EQ(facts->answers[1].ttl_s, 0U) << "RFC 2181, 8";
  EXPECT_EQ(facts->answers[2].ttl_s, 60U);
  EXPECT_EQ(facts->answers[2].address, address("2001:db8::1"));
}

TEST(DnsFacts, PointersToPointersAreBounded) {
  // Each record's owner points to the owner before it, so that the n-th needs n pointers to the question's name.
  const auto held = [](unsigned records) {
    std::vector<Record> all;
    unsigned at = kQuestionAt;
    for (unsigned i = 0; i < records; ++i) {
      all.push_back(a(pointer(at), "192.0.2.1"));
      all.back().type = i + 1 == records ? kDnsTypeA : kDnsTypeTxt;
      at = i == 0 ? kQuestionAt + 13 + 4 : at + 16;
    }
    return read_dns(dns_response({.name = "example.org"}, all), kSeed)->held;
  };
  EXPECT_EQ(held(1), 1);
  EXPECT_EQ(held(kDnsPointersMax), 1);
  EXPECT_EQ(held(kDnsPointersMax + 1), 0);
}

TEST(DnsFacts, ACutLeavesWhatIsWhole) {
  const Octets whole = dns_response({.name = "www.example.org"}, {alias(kName, name_octets("cdn.example")),
                                                                  a(name_octets("cdn.example"), "192.0.2.1"),
                                                                  a(name_octets("cdn.example"), "192.0.2.2")});
  const auto all = read_dns(whole, kSeed);
  ASSERT_TRUE(all);
  ASSERT_EQ(all->held, 2);
  const std::size_t question = 12 + 17 + 4, second = whole.size() - (13 + 10 + 4);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    SCOPED_TRACE(size);
    const auto facts = read_dns(cut(whole, size), kSeed);
    ASSERT_EQ(facts.has_value(), size >= question);
    if (!facts) continue;
    EXPECT_EQ(facts->name_hash, all->name_hash);
    EXPECT_EQ(facts->answer_count, 3);
    EXPECT_FALSE(facts->answers_whole);
    EXPECT_EQ(facts->held, size >= second ? 1 : 0);
  }
}

}  // namespace
}  // namespace lazaret
