// What may reach the HTTP library: whole, short, unambiguous requests, however their octets arrive.
#include "datapath/portal/envelope.hpp"

#include <gtest/gtest.h>

#include <random>

#include "datapath/portal/library.hpp"

namespace lazaret::portal {
namespace {

int refused(const std::string& octets) {
  const auto read = read_envelope(octets);
  const auto* no = std::get_if<Refused>(&read);
  return no == nullptr ? 0 : no->status;
}
std::string whole(const std::string& octets) {
  const auto read = read_envelope(octets);
  const auto* envelope = std::get_if<Envelope>(&read);
  return envelope == nullptr ? std::string() : envelope->octets;
}

const std::string kPost =
    "POST /choose?lang=de HTTP/1.1\r\nHost: portal.example\r\nOrigin: http://portal.example\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 7\r\nCookie: a=b\r\n\r\na=1&b=2";

TEST(Envelope, KeepsWhatIsReadAndNothingElse) {
  EXPECT_EQ(whole(kPost),
            "POST /choose?lang=de HTTP/1.1\r\nhost: portal.example\r\norigin: http://portal.example\r\n"
            "content-type: application/x-www-form-urlencoded\r\ncontent-length: 7\r\n\r\na=1&b=2");
  EXPECT_EQ(
      whole("GET / HTTP/1.0\r\nhost:x\r\nRange: bytes=0-1\r\nAccept-Encoding: gzip\r\nX-Forwarded-For: 1.2.3.4\r\n"
            "Connection: keep-alive\r\nExpect: 100-continue\r\nREMOTE_ADDR: 1.2.3.4\r\n\r\n"),
      "GET / HTTP/1.0\r\nhost: x\r\n\r\n");
  EXPECT_EQ(whole("\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n"), "GET / HTTP/1.1\r\nhost: x\r\n\r\n");
  EXPECT_EQ(whole(kPost + "GET /next HTTP/1.1\r\nHost: x\r\n\r\n"), whole(kPost)) << "a second request is not read";
}

TEST(Envelope, EveryPrefixIsUnfinished) {
  for (std::size_t size = 0; size < kPost.size(); ++size)
    EXPECT_TRUE(std::holds_alternative<Unfinished>(read_envelope(kPost.substr(0, size)))) << size;
}

TEST(Envelope, RefusesWhatIsAmbiguousForeignOrTooLong) {
  const std::string get = "GET / HTTP/1.1\r\nHost: x\r\n", end = "\r\n\r\n";
  struct Row {
    std::string octets;
    int status;
  };
  for (const Row& row :
       std::initializer_list<Row>{{get + "Host: y" + end, 400},
                                  {"GET / HTTP/1.1\r\nAccept: */*" + end, 400},
                                  {"GET / HTTP/1.1\r\nHost:" + end, 400},
                                  {"GET / HTTP/1.1\r\nHost: " + std::string(300, 'a') + end, 400},
                                  {"GET / HTTP/1.1\r\nHost: a%0d%0ab" + end, 400},
                                  {get + "Content-Length: 1\r\nContent-Length: 2" + end, 400},
                                  {get + "Content-Length: -1" + end, 400},
                                  {get + "Content-Length: +1" + end, 400},
                                  {get + "Content-Length: 1x" + end, 400},
                                  {get + "Content-Length:" + end, 400},
                                  {get + "Content-Length: 2049" + end, 413},
                                  {get + "Content-Length: 99999999999999999999999" + end, 413},
                                  {get + "Transfer-Encoding: chunked" + end, 501},
                                  {get + " folded: yes" + end, 400},
                                  {get + "Bad Name: x" + end, 400},
                                  {get + "Name : x" + end, 400},
                                  {get + "NoColon" + end, 400},
                                  {get + std::string("Zero: a\0b", 9) + end, 400},
                                  {get + "Bare: a\nb: c" + end, 400},
                                  {"GET http://other/ HTTP/1.1\r\nHost: x" + end, 400},
                                  {"CONNECT x:443 HTTP/1.1\r\nHost: x" + end, 400},
                                  {"OPTIONS * HTTP/1.1\r\nHost: x" + end, 400},
                                  {"GET /a b HTTP/1.1\r\nHost: x" + end, 400},
                                  {"GET /\xc3\xa4 HTTP/1.1\r\nHost: x" + end, 400},
                                  {"GET / HTTP/2.0\r\nHost: x" + end, 505},
                                  {"GET / SIP/2.0\r\nHost: x" + end, 400},
                                  {"GET /\r\nHost: x" + end, 400},
                                  {"GET /" + std::string(kLongestTarget, 'a') + " HTTP/1.1\r\nHost: x" + end, 414},
                                  {"GET /" + std::string(kLongestHead, 'a'), 414},
                                  {get + "Long: " + std::string(kLongestHead, 'a'), 431},
                                  {std::string("\x16\x03\x01\x02\x00\x01\x00", 7), 400},
                                  {"EHLO-is-no-method-of-HTTP", 400}}) {
    EXPECT_EQ(refused(row.octets), row.status) << row.octets.substr(0, 80);
  }
  std::string many = get;
  for (std::size_t n = 0; n < kMostFields; ++n) many += "A: b\r\n";
  EXPECT_EQ(refused(many + "\r\n"), 431);
}

TEST(Envelope, NoiseNeverReachesTheLibraryUnlessItIsARequest) {
  std::mt19937_64 dice(1);
  const std::string marks = "GETPOSThost:/ \r\n\r\nHTTP/1.1\t%;,=&{}\xff\x01";
  int through = 0;
  HttpLibrary library([&](const Request& r) {
    ++through;
    EXPECT_EQ(r.headers.count("host"), 1U);
    return Response{};
  });
  for (int n = 0; n < 3000; ++n) {
    std::string octets = kPost;
    for (std::size_t changes = 1 + dice() % 4; changes > 0; --changes) {
      const std::size_t at = dice() % octets.size();
      if (dice() % 2 != 0)
        octets[at] = marks[dice() % marks.size()];
      else
        octets.erase(at, 1 + dice() % 5);
      if (octets.empty()) octets = "x";
    }
    const std::string envelope = whole(octets);
    if (envelope.empty()) continue;
    const std::string response = library.answer(envelope, {});
    EXPECT_TRUE(response.starts_with("HTTP/1.1 ")) << response.substr(0, 40);
  }
  EXPECT_GT(through, 100);
}

TEST(Library, GivesQueryFormAndFieldsAndWritesOneResponse) {
  Request seen;
  HttpLibrary library([&](const Request& r) {
    seen = r;
    Response response;
    response.status = 511;
    response.body = "text";
    response.headers = {{"Cache-Control", "no-store"}};
    return response;
  });
  const std::string response = library.answer(whole(kPost), IpAddress::v4(0x7f000002));
  EXPECT_EQ(seen.peer, IpAddress::v4(0x7f000002));
  EXPECT_EQ(seen.method, "POST");
  EXPECT_EQ(seen.path, "/choose");
  EXPECT_EQ(seen.form.at("a"), "1");
  EXPECT_EQ(seen.form.at("b"), "2");
  EXPECT_EQ(seen.form.at("lang"), "de");
  EXPECT_EQ(seen.header("origin"), "http://portal.example");
  EXPECT_EQ(seen.header("cookie"), "");
  EXPECT_TRUE(response.starts_with("HTTP/1.1 511 Network Authentication Required\r\n")) << response;
  EXPECT_NE(response.find("Connection: close\r\n"), std::string::npos) << response;
  EXPECT_NE(response.find("Cache-Control: no-store\r\n"), std::string::npos) << response;
  EXPECT_TRUE(response.ends_with("\r\n\r\ntext")) << response;
  const std::string head = library.answer("HEAD / HTTP/1.1\r\nhost: x\r\n\r\n", {});
  EXPECT_TRUE(head.ends_with("\r\n\r\n")) << head;
}

}  // namespace
}  // namespace lazaret::portal
