// Seeded randomness with the same numbers on every machine and standard library (Boost.Random). Every behaviour of
// every home has a stream of its own, so that one more web page somewhere does not change what a bot elsewhere does.
// Ownership: a value. Threads: one.
#pragma once

#include <boost/random/bernoulli_distribution.hpp>
#include <boost/random/exponential_distribution.hpp>
#include <boost/random/uniform_int_distribution.hpp>
#include <boost/random/uniform_real_distribution.hpp>
#include <cstdint>

namespace lazaret {

/// splitmix64 (Steele, Lea, Flood 2014): spreads a counter over all 64 bits.
constexpr std::uint64_t mix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

/// splitmix64 as a generator: eight octets, so that a million homes can have a stream for each of their behaviours.
class SplitMix {
 public:
  using result_type = std::uint64_t;
  explicit SplitMix(std::uint64_t state) : state_(state) {}
  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return ~result_type{0}; }
  result_type operator()() {
    const std::uint64_t value = mix(state_);
    state_ += 0x9e3779b97f4a7c15ULL;
    return value;
  }

 private:
  std::uint64_t state_;
};

/// What a stream is for: part of its seed.
enum class Purpose : std::uint32_t {
  topology = 1,
  infections,
  web,
  mail_read,
  mail_send,
  call,
  dns,
  failing_contact,
  person,
  spam_bot,
  scanner,
  ports,
  nat,
  background,
  mailbox,
  exchanger,
  dga,
  generated_names,
  relay_spam,
  brute_force,
  flood,
  dns_error,
  peer,
  mixed,
  evasion,
  mail_server,
  hobby_scan,
  iot,
  flash,
  speed_test,
  telecare,
  isps,
  contact,
};

class Stream {
 public:
  Stream(std::uint64_t seed, Purpose purpose, std::uint64_t who, std::uint64_t which = 0)
      : engine_(mix(mix(mix(seed) ^ static_cast<std::uint64_t>(purpose)) ^ (who << 8) ^ which)) {}

  double uniform(double from, double to) { return boost::random::uniform_real_distribution<double>(from, to)(engine_); }
  /// Both ends included.
  std::int64_t integer(std::int64_t from, std::int64_t to) {
    return boost::random::uniform_int_distribution<std::int64_t>(from, to)(engine_);
  }
  double exponential(double mean) { return boost::random::exponential_distribution<double>(1 / mean)(engine_); }
  bool chance(double p) { return boost::random::bernoulli_distribution<double>(p)(engine_); }
  std::uint64_t bits() { return engine_(); }

 private:
  SplitMix engine_;
};

}  // namespace lazaret
