// truth.sqlite's tables, shared by writer and reader.
// Ownership: constants. Threads: any.
#pragma once

namespace lazaret::truth {

constexpr int kListed = 1, kCounted = 2;  ///< PRAGMA user_version: the format of these tables
constexpr int kApplication = 0x4c5a5254;  ///< PRAGMA application_id: "LZRT"

constexpr const char* kSchema = R"(
CREATE TABLE account(account INTEGER NOT NULL, ipv4 TEXT NOT NULL, ipv6 TEXT NOT NULL, devices INTEGER NOT NULL);
CREATE TABLE infection(account INTEGER NOT NULL, device TEXT NOT NULL, behaviour TEXT NOT NULL, from_s REAL NOT NULL, until_s REAL);
CREATE TABLE outcome(at_s REAL NOT NULL, took_s REAL NOT NULL, account INTEGER NOT NULL, device TEXT NOT NULL, service TEXT NOT NULL,
  malicious INTEGER NOT NULL, result TEXT NOT NULL);
CREATE TABLE act(at_s REAL NOT NULL, account INTEGER NOT NULL, what TEXT NOT NULL, choice TEXT NOT NULL, infected INTEGER NOT NULL);
CREATE TABLE passage(account INTEGER NOT NULL, behaviour TEXT NOT NULL, malicious INTEGER NOT NULL, direction TEXT NOT NULL,
  action TEXT NOT NULL, packets INTEGER NOT NULL, octets INTEGER NOT NULL);
)";

/// With kCounted, besides: outcome has no rows then.
constexpr const char* kCountSchema = R"(
CREATE TABLE outcome_count(minute INTEGER NOT NULL, service TEXT NOT NULL, malicious INTEGER NOT NULL, result TEXT NOT NULL,
  standing TEXT NOT NULL, straddles INTEGER NOT NULL, attempts INTEGER NOT NULL);
)";
/// With several ISPs, besides.
constexpr const char* kIspSchema = R"(
CREATE TABLE isp(name TEXT NOT NULL, first_account INTEGER NOT NULL, accounts INTEGER NOT NULL, acts INTEGER NOT NULL,
  vulnerable INTEGER NOT NULL, mails_received INTEGER NOT NULL);
)";
constexpr const char* kStandings[] = {"before", "restricted", "open_again"};

}  // namespace lazaret::truth
