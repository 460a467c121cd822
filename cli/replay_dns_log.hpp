// `lazaret replay --dns-log FILE`: what it was asked, and its output.
// Ownership: values. Threads: one.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/intel/feed.hpp"
#include "core/policy.hpp"

namespace lazaret {

/// As typed; read and checked by replay_dns_log_verb.
struct DnsLogArguments {
  std::string file, format, utc_offset;
  std::vector<std::string> resolvers;
  std::vector<Prefix> subscribers;
  std::shared_ptr<const Feed> feed;
  int year = 0, ipv6_prefix = 64;
  bool expect_clean = false, json = false;
};

/// The exit code. What is wrong with the input is said on standard error.
[[nodiscard]] int replay_dns_log_verb(const DnsLogArguments&, const Policy&);

}  // namespace lazaret
