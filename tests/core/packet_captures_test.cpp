// The readers on captures of real traffic. The figures were taken from tshark 4.0's dissection of the same files, and the
// fingerprints computed from its lists of ciphers, extensions and algorithms.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <set>
#include <string>

#include "core/packet/decode.hpp"
#include "core/packet/dns.hpp"
#include "core/packet/tls.hpp"
#include "scenarios/capture.hpp"
#include "tests/core/packet_invariants.hpp"

namespace lazaret {
namespace {

const std::filesystem::path kCaptures = LAZARET_SOURCE_DIR "/../shared/captures";
const char* const kAbsent =
    "THE CAPTURES ARE ABSENT (../shared/captures beside the project): no real hello and no real answer was read";

/// Calls `see(record number, facts)` for each frame of the file.
template <typename See>
void for_each_frame(const char* file, See see) {
  auto opened = Capture::open(kCaptures / file);
  ASSERT_EQ(opened.index(), 0U) << file;
  auto& capture = std::get<0>(opened);
  CaptureRecord record;
  for (unsigned number = 1; capture.next(record); ++number) {
    if (record.skip != nullptr) continue;
    ASSERT_EQ(broken_decode_invariant(record.frame), nullptr) << file << " record " << number;
    see(number, decode(record.frame));
  }
}

TEST(Captures, HellosHaveTheFingerprintsThatOthersCompute) {
  if (!std::filesystem::exists(kCaptures)) GTEST_SKIP() << kAbsent;
  const struct {
    const char* file;
    unsigned hellos;                                               ///< retransmitted ones included
    std::map<unsigned, std::pair<std::string, std::string>> some;  ///< by record: server name, JA4
  } table[] = {
      {"benign/http_ipv6.pcap", 6, {{90, {"www.ntop.org", "t12d1612h1_94fc43e2fc61_c9eaec7dbab4"}}}},
      {"benign/1kxun.pcap", 4, {{512, {"192.168.115.75", "t12d370500_07a749158664_d075105c1994"}}}},
      {"benign/alexa-app.pcapng",
       102,
       {{161, {"cognito-identity.us-east-1.amazonaws.com", "t12d1510h2_f0daf39aad75_e69ac49eb88f"}},
        {1116, {"", "t10i140200_37d7d24289bf_33a13ba74d1c"}}}},
      {"benign/netflix.pcap",
       20,
       {{12, {"ichnaea.netflix.com", "t12d1909s1_b5dc49c6fcca_2cdefc264be7"}},
        {35, {"api-global.netflix.com", "t12d1909h2_b5dc49c6fcca_2cdefc264be7"}}}},
      {"benign/zoom.pcap",
       13,
       {{6, {"dati.ntop.org", "t12d800700_64d9932cae36_4446390ac224"}},
        {32, {"log.zoom.us", "t12d8008h1_9cedc1f1428b_046e095b7c4a"}}}},
      {"malicious/agenttesla_1.pcap", 21, {{6, {"www.bing.com", "t12d1909h2_d83cc789557e_7af1ed941c26"}}}},
      {"malicious/asyncrat_1.pcap", 1, {{190, {"", "t10i120400_9a86275ec70d_368bf2d64253"}}}},
      {"malicious/beacon_2s.pcap", 299, {{4, {"testing.com", "t13d3113h2_e8f1e7e78f70_ce5650b735ce"}}}},
  };
  for (const auto& row : table) {
    unsigned hellos = 0, checked = 0;
    for_each_frame(row.file, [&](unsigned number, const Facts& facts) {
      if (facts.transport != Transport::tcp) return;
      const auto hello = read_client_hello(facts.payload, 1);
      if (!hello) return;
      ++hellos;
      EXPECT_TRUE(hello->ja4_complete) << row.file << ' ' << number;
      const auto expected = row.some.find(number);
      if (expected == row.some.end()) return;
      ++checked;
      EXPECT_EQ(std::string(hello->server_name.begin(), hello->server_name.end()), expected->second.first) << number;
      EXPECT_EQ(hello->ja4_text(), expected->second.second) << row.file << ' ' << number;
    });
    EXPECT_EQ(hellos, row.hellos) << row.file;
    EXPECT_EQ(checked, row.some.size()) << row.file;
  }
}

TEST(Captures, DnsAnswersAreReadThroughAliases) {
  if (!std::filesystem::exists(kCaptures)) GTEST_SKIP() << kAbsent;
  const struct {
    const char* file;
    unsigned questions, with_addresses, refused;  ///< `refused`: to or from port 53, and no message of one question
  } table[] = {
      {"benign/alexa-app.pcapng", 62, 31, 0},
      {"benign/netflix.pcap", 28, 14, 0},
      {"benign/teams.pcap", 45, 18, 0},
      {"malicious/agenttesla_1.pcap", 30, 15, 0},
      {"malicious/iot_telnet_scanner.pcap", 66, 17, 0},
      {"malformed/dns_corrupt.pcap", 2, 1, 0},
      {"malformed/dns_max_compression_depth.pcap", 1, 1, 0},
      {"malformed/malformed_dns.pcap", 2, 0, 4},
      {"malformed/dns_fragmented.pcap", 39, 12, 0},  // first fragments
  };
  for (const auto& row : table) {
    unsigned questions = 0, with_addresses = 0, refused = 0;
    for_each_frame(row.file, [&](unsigned, const Facts& facts) {
      if (facts.transport != Transport::udp || (facts.source_port != 53 && facts.destination_port != 53)) return;
      const auto dns = read_dns(facts.payload, 1);
      if (!dns) return void(++refused);
      ++questions;
      with_addresses += dns->held != 0;
    });
    EXPECT_EQ(questions, row.questions) << row.file;
    EXPECT_EQ(with_addresses, row.with_addresses) << row.file;
    EXPECT_EQ(refused, row.refused) << row.file;
  }
}

}  // namespace
}  // namespace lazaret
