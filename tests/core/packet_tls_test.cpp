// TLS client hellos: the name, the fingerprint against FoxIO's published ones, and what a cut leaves. SHA-256 beneath.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>

#include "core/packet/name.hpp"
#include "core/packet/sha256.hpp"
#include "core/packet/tls.hpp"
#include "tests/core/messages.hpp"

namespace lazaret {
namespace {

using namespace frames;

constexpr std::uint64_t kSeed = 99;

// The example of technical_details/JA4.md in github.com/FoxIO-LLC/ja4.
const std::vector<std::uint16_t> kCiphers = {0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9,
                                             0xcca8, 0xc013, 0xc014, 0x009c, 0x009d, 0x002f, 0x0035};
const std::vector<std::uint16_t> kExtensions = {0x001b, 0x0000, 0x0033, 0x0010, 0x4469, 0x0017, 0x002d, 0x000d,
                                                0x0005, 0x0023, 0x0012, 0x002b, 0xff01, 0x000b, 0x000a, 0x0015};
const std::vector<std::uint16_t> kAlgorithms = {0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601};

Hello example() {
  Hello hello{.ciphers = kCiphers, .extensions = {}};
  for (const std::uint16_t type : kExtensions) {
    if (type == 0x0000)
      hello.extensions.push_back(server_name("www.Example.org"));
    else if (type == 0x0010)
      hello.extensions.push_back(alpn({octets("h2"), octets("http/1.1")}));
    else if (type == 0x000d)
      hello.extensions.push_back(signature_algorithms(kAlgorithms));
    else if (type == 0x002b)
      hello.extensions.push_back(supported_versions({0x0304, 0x0303}));
    else
      hello.extensions.push_back({type, {}});
  }
  return hello;
}

std::string ja4_of(const Hello& hello) {
  const auto read = read_client_hello(client_hello(hello), kSeed);
  return read ? std::string(read->ja4_text()) : "refused";
}
void replace_extension(Hello& hello, HelloExtension with) {
  for (HelloExtension& e : hello.extensions)
    if (e.type == with.type) std::swap(e.body, with.body);
}
void remove_extension(Hello& hello, std::uint16_t type) {
  std::erase_if(hello.extensions, [&](const HelloExtension& e) { return e.type == type; });
}

std::string hex(const Sha256::Digest& digest) {
  std::string text;
  for (const std::uint8_t octet : digest)
    text += "0123456789abcdef"[octet >> 4], text += "0123456789abcdef"[octet & 15];
  return text;
}

constexpr std::uint8_t kAbc[] = {'a', 'b', 'c'};
static_assert(sha256(kAbc)[0] == 0xba && sha256(kAbc)[31] == 0xad, "computed by the compiler as well");

TEST(Sha256, ExamplesOfItsStandard) {
  // NIST's examples for FIPS 180-4, and the empty message of its test vectors.
  EXPECT_EQ(hex(sha256(octets("abc"))), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex(sha256(octets("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"))),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(hex(sha256({})), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex(sha256(Octets(1'000'000, 'a'))), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, PiecesMakeTheWhole) {
  Octets message(200);
  for (std::size_t i = 0; i < message.size(); ++i) message[i] = static_cast<std::uint8_t>(i * 7);
  for (std::size_t size = 0; size <= message.size(); ++size) {
    Sha256 hash;
    const std::size_t half = size / 3;
    hash.add(std::span(message).first(half));
    hash.add(std::span(message).subspan(half, size - half));
    EXPECT_EQ(hash.finish(), sha256(std::span(message).first(size))) << size;
  }
}

TEST(Ja4, ThePublishedExample) {
  Hello hello = example();
  EXPECT_EQ(ja4_of(hello), "t13d1516h2_8daaf6152771_e5627efa2ab1");
  remove_extension(hello, 0x000d);
  hello.extensions.push_back({0x000d, {0, 0}});  // the published example keeps the extension and has no algorithms
  EXPECT_EQ(ja4_of(hello), "t13d1516h2_8daaf6152771_6d807ffa2a79");
}

TEST(Ja4, OrderAndGreaseChangeNothing) {
  Hello hello = example();
  std::reverse(hello.ciphers.begin(), hello.ciphers.end());
  std::reverse(hello.extensions.begin(), hello.extensions.end());
  hello.ciphers.insert(hello.ciphers.begin() + 3, 0x8a8a);
  hello.extensions.insert(hello.extensions.begin(), {0x0a0a, {}});
  hello.extensions.push_back({0xfafa, {0}});
  replace_extension(hello, supported_versions({0xeaea, 0x0303, 0x0304}));
  Hello greasy = hello;
  replace_extension(greasy,
                    signature_algorithms({0x1a1a, 0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601}));
  EXPECT_EQ(ja4_of(hello), "t13d1516h2_8daaf6152771_e5627efa2ab1");
  EXPECT_EQ(ja4_of(greasy), "t13d1516h2_8daaf6152771_e5627efa2ab1");
  hello.ciphers.push_back(0x1a2a);  // alike, and not GREASE
  EXPECT_EQ(ja4_of(hello).substr(0, 10), "t13d1616h2");
  replace_extension(hello, signature_algorithms({0x0804, 0x0403}));
  const std::string one = ja4_of(hello);
  replace_extension(hello, signature_algorithms({0x0403, 0x0804}));
  EXPECT_NE(ja4_of(hello), one) << "the algorithms' order counts";
}

TEST(Ja4, Versions) {
  const struct {
    std::uint16_t version;
    std::string_view text;
  } table[] = {{0x0304, "13"}, {0x0303, "12"}, {0x0302, "11"}, {0x0301, "10"}, {0x0300, "s3"}, {0x0002, "s2"},
               {0xfeff, "d1"}, {0xfefd, "d2"}, {0xfefc, "d3"}, {0x0305, "00"}, {0x7f1c, "00"}};
  for (const auto& row : table) {
    Hello hello = example();
    hello.version = row.version;
    EXPECT_EQ(ja4_of(hello).substr(1, 2), "13") << "the extension wins over " << row.text;
    remove_extension(hello, 0x002b);
    EXPECT_EQ(ja4_of(hello).substr(1, 2), row.text);
  }
  Hello hello = example();
  replace_extension(hello, supported_versions({0x0301, 0x0303, 0x0302}));
  EXPECT_EQ(ja4_of(hello).substr(1, 2), "12") << "the highest, not the first";
}

TEST(Ja4, FirstAndLastCharacterOfTheFirstProtocol) {
  const struct {
    Octets protocol;
    std::string_view text;
  } table[] = {{octets("h2"), "h2"},
               {octets("http/1.1"), "h1"},
               {octets("h"), "hh"},
               {octets("h3-29"), "h9"},
               {{0xab}, "ab"},
               {{0x20}, "20"},
               {{0xab, 0xcd}, "ad"},
               {{0x20, 0x61}, "21"},
               {{0x30, 0xab}, "3b"},
               {{0x61, 0x20}, "60"},
               {{0x30, 0x31, 0xab, 0xcd}, "3d"},
               {{0x30, 0xab, 0xcd, 0x31}, "01"},
               {{}, "00"}};  // the hexadecimal ones: FoxIO's own table
  for (const auto& row : table) {
    Hello hello = example();
    replace_extension(hello, alpn({row.protocol, octets("zz")}));
    EXPECT_EQ(ja4_of(hello), "t13d1516" + std::string(row.text) + "_8daaf6152771_e5627efa2ab1");
  }
  Hello hello = example();
  replace_extension(hello, alpn({}));
  EXPECT_EQ(ja4_of(hello).substr(8, 2), "00");
  remove_extension(hello, 0x0010);
  EXPECT_EQ(ja4_of(hello), "t13d151500_8daaf6152771_e5627efa2ab1");
}

TEST(Ja4, EmptyAndLongLists) {
  Hello hello{.ciphers = {}, .extensions = {}};
  EXPECT_EQ(ja4_of(hello), "t12i000000_000000000000_000000000000");
  hello.with_extensions = false;
  EXPECT_EQ(ja4_of(hello), "t12i000000_000000000000_000000000000");
  hello = {.ciphers = {0x0a0a}, .extensions = {server_name("a.b"), alpn({octets("h2")})}};
  EXPECT_EQ(ja4_of(hello), "t12d0002h2_000000000000_000000000000") << "what is left out leaves nothing to hash";
  hello = {.ciphers = std::vector<std::uint16_t>(120, 0x1301),
           .extensions = std::vector<HelloExtension>(100, {0x0017, {}})};
  EXPECT_EQ(ja4_of(hello).substr(0, 10), "t12i999900");
  hello.ciphers.assign(800, 0x1301);  // more than any frame that is looked at can hold
  EXPECT_EQ(ja4_of(hello), "");
}

TEST(ClientHello, NamesTheServerAsDnsDoes) {
  const Octets segment = client_hello(example());
  const auto hello = read_client_hello(segment, kSeed);
  ASSERT_TRUE(hello);
  EXPECT_EQ(Octets(hello->server_name.begin(), hello->server_name.end()), octets("www.Example.org"));
  EXPECT_EQ(Octets(hello->alpn.begin(), hello->alpn.end()), octets("h2"));
  EXPECT_EQ(hello->name_hash, hash_name("www.example.org", kSeed));
  EXPECT_EQ(hello->domain_hash, hash_name("example.org", kSeed));
  for (const std::string& name : {std::string("a..b"), std::string(64, 'x')}) {
    Hello odd = example();
    replace_extension(odd, server_name(name));
    const Octets octets_of_odd = client_hello(odd);
    const auto read = read_client_hello(octets_of_odd, kSeed);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->server_name.size(), name.size());
    EXPECT_EQ(read->name_hash, 0U) << "no host name";
    EXPECT_TRUE(read->ja4_complete);
  }
}

TEST(ClientHello, ACutLeavesTheNameIfItIsWhole) {
  const Octets whole = client_hello(example());
  const auto all = read_client_hello(whole, kSeed);
  ASSERT_TRUE(all);
  const Octets name = octets("www.Example.org");
  const auto at = std::search(whole.begin(), whole.end(), name.begin(), name.end());
  const auto name_end = static_cast<std::size_t>(at - whole.begin()) + name.size();
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    SCOPED_TRACE(size);
    const Octets part = cut(whole, size);
    const auto hello = read_client_hello(part, kSeed);
    ASSERT_EQ(hello.has_value(), size >= 6);
    if (!hello) continue;
    EXPECT_EQ(hello->ja4_complete, size == whole.size());
    EXPECT_EQ(hello->ja4_text(), size == whole.size() ? all->ja4_text() : "");
    EXPECT_EQ(hello->name_hash, size >= name_end ? all->name_hash : 0);
  }
  EXPECT_EQ(read_client_hello(concat(whole, octets("more")), kSeed)->ja4, all->ja4)
      << "what follows is not the hello's";
}

TEST(ClientHello, TwoRecordsAreACut) {
  const Octets whole = client_hello(example());
  const Octets body = cut({whole.begin() + 5, whole.end()}, 200);
  Octets first = concat({22, 3, 1, 0, 200}, body);
  const Octets rest(whole.begin() + 205, whole.end());
  first = concat(concat(first, {22, 3, 1, 0, static_cast<std::uint8_t>(rest.size())}), rest);
  const auto hello = read_client_hello(first, kSeed);
  ASSERT_TRUE(hello);
  EXPECT_FALSE(hello->ja4_complete);
  EXPECT_EQ(hello->name_hash, hash_name("www.example.org", kSeed)) << "in the first record";
}

TEST(ClientHello, WhatIsNone) {
  const Octets whole = client_hello({.extensions = {server_name("a.example")}});
  ASSERT_TRUE(read_client_hello(whole, kSeed));
  // 5 record, 4 message, 2 version, 32 random, 1 + 32 session, 2 + 2 ciphers, 1 + 1 compression, 2 extensions
  constexpr std::size_t kSession = 43, kCiphersLength = 76, kExtensionsLength = 82, kExtension = 84;
  const struct {
    std::string_view what;
    Octets octets;
  } table[] = {
      {"alert", poke8(whole, 0, 21)},
      {"application data", poke8(whole, 0, 23)},
      {"another major version", poke8(whole, 1, 2)},
      {"a server's hello", poke8(whole, 5, 2)},
      {"a session id of 33 octets", poke8(whole, kSession, 33)},
      {"an odd number of octets of ciphers", poke16(whole, kCiphersLength, 3)},
      {"ciphers past the message", poke16(whole, kCiphersLength, 0xfffe)},
      {"extensions past the message", poke16(whole, kExtensionsLength, 0x0100)},
      {"extensions short of the message", poke16(whole, kExtensionsLength, 17)},
      {"an extension past the extensions", poke16(whole, kExtension + 2, 15)},
      {"an extension short of the extensions", poke16(whole, kExtension + 2, 13)},
      {"a list of names past its extension", poke16(whole, kExtension + 4, 13)},
      {"a name past its list", poke16(whole, kExtension + 7, 10)},
      {"a message longer than its extensions", poke8(concat(whole, {0}), 8, static_cast<std::uint8_t>(whole[8] + 1))},
  };
  for (const auto& row : table) {
    // The record says that all is there.
    Octets octets = poke16(row.octets, 3, static_cast<std::uint16_t>(row.octets.size() - 5));
    EXPECT_FALSE(read_client_hello(octets, kSeed)) << row.what;
  }
}

}  // namespace
}  // namespace lazaret
