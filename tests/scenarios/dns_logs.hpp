// DNS logs made for tests: random questions with their answers, written as each server writes them.
// Ownership: values. Threads: one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/dns_log/entry.hpp"

namespace lazaret {

/// "www.example.com" in the wire's form. REQUIRES that it is a name.
[[nodiscard]] std::string name_on_the_wire(std::string_view dotted);
/// The wire's form as dotted text; all but letters, digits, '-' and '_' as \DDD.
[[nodiscard]] std::string dotted_name(const std::string& wire);

constexpr int kDnsLogYear = 2026;

/// Questions with their answers right after them, in order of time, all of kDnsLogYear. `plain`: names as hosts have
/// them.
[[nodiscard]] std::vector<DnsLogEntry> random_dns_entries(std::uint64_t seed, std::size_t pairs, bool plain);

/// The log of these pairs. The entries become what the format can tell of them.
[[nodiscard]] std::string write_dns_log(DnsLogFormat, std::vector<DnsLogEntry>& pairs);

/// A short log as the servers wrote it (addresses and names replaced by those for documentation).
[[nodiscard]] std::string dns_log_sample(DnsLogFormat);

[[nodiscard]] std::string dns_entry_text(const DnsLogEntry&);

}  // namespace lazaret
