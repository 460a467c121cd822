// The sections of a scenario file as values: who lives behind the gateway, what they do, and what goes wrong.
// scenarios/schema.* holds the table of their keys. Ownership: values. Threads: immutable once loaded.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace lazaret {

/// `isp:` the access tree: homes behind one access node and one gateway (BNG) that hosts the core in line.
struct IspPlan {
  std::int64_t homes = 200;
  double ipv6_share = 0.5;  ///< share of accounts with an IPv6 prefix (/56) beside IPv4
  double access_down_mbps = 50, access_up_mbps = 10, access_delay_ms = 5;
  double core_delay_ms = 10;  ///< gateway to servers
  std::int64_t outage = 0;    ///< kNoOutage, ...
  double outage_at_s = 600, outage_s = 600;
};

/// `adoption_order` of an internet.
constexpr std::int64_t kCleanFirst = 0, kDirtyFirst = 1, kRandomOrder = 2;

/// `internet:` several ISPs share isp.homes; some act by the policy, the others only look on (profile shadow).
struct InternetPlan {
  std::int64_t isps = 1;
  double size_exponent = 1;  ///< the k-th largest has homes as 1 / k^this
  double dirt_ratio = 1;     ///< infectable share of the dirtiest ISP's homes to that of the cleanest
  double adoption = 1;       ///< share of the ISPs that act
  std::int64_t adoption_order = kCleanFirst;
};

/// `household:` what a clean home does. Rates are per home and hour, mean of a Poisson process.
struct HouseholdPlan {
  double web_per_h = 12, web_https_share = 0.7, web_page_kb = 40;
  double mail_read_per_h = 6;  ///< POP3 checks
  double mail_send_per_h = 1;  ///< through the ISP's relay
  double calls_per_h = 0.5, call_mean_s = 60;
  double dns_per_h = 6;               ///< look-ups besides those that the others need
  double failing_contacts_per_h = 2;  ///< clean first contacts that nobody answers (dead hosts, old bookmarks)
  double dns_errors_per_h = 0;        ///< occasions on which a clean home asks for what does not exist
  double p2p_share = 0, p2p_contacts_per_min = 10, p2p_unanswered_share = 0.6;
  double diurnal_swing = 0, begins_at_h = 0;  ///< how much people follow the hours, and the hour of the run's beginning
  double mail_server_share = 0;               ///< homes that send mail themselves, to a list's subscribers
  std::int64_t mail_server_business = 1;      ///< and have a business account
  double mail_server_posts_per_h = 2, mail_server_refused_share = 0.1;
  std::int64_t mail_server_domains = 30;  ///< networks that a list's subscribers are in
  double hobbyist_share = 0, hobby_scans_per_day = 2;
  std::int64_t hobby_ports = 1000;
  double iot_share = 0, iot_polls_per_h = 60, iot_retry_s = 30;
  double flash_share = 0, flash_at_s = 600, flash_within_s = 600;  ///< who goes to one place at one time
  std::int64_t flash_visits = 10;
  double speed_tests_per_day = 0, speed_test_udp_per_s = 0;
  double telecare_share = 0, telecare_per_h = 1;
};

/// `outage`: what does not answer from outage_at_s on, for outage_s.
constexpr std::int64_t kNoOutage = 0, kCloudOutage = 1, kResolverOutage = 2;

/// `service` of a brute_force.
constexpr std::int64_t kSsh = 0, kFtp = 1, kTelnet = 2;

/// `packets` of a flood.
constexpr std::int64_t kUdpFlood = 0, kSynFlood = 1;

/// `answers` of a bot that reads the page itself.
constexpr std::int64_t kAnswersNothing = 0, kAnswersLater = 1, kAnswersAlready = 2, kAnswersEither = 3;

/// One entry of `infections:`.
struct InfectionPlan {
  std::string behaviour;                         ///< as schema.hpp's behaviours() lists them
  std::int64_t homes = 0;                        ///< how many homes carry it (disjoint from the other entries)
  double begins_from_s = 0, begins_to_s = 0;     ///< uniform
  double rate_per_min = 30;                      ///< mails, first contacts, names, per minute
  double accepted_share = 0.4;                   ///< spam_bot: share of deliveries that the victim's server accepts
  std::int64_t targets = 40;                     ///< spam_bot, brute_force: how many servers it knows
  std::vector<std::int64_t> ports = {23, 2323};  ///< scanner
  double answered_share = 0.02;                  ///< scanner: share of its targets that answer with SYN-ACK
  std::int64_t names_per_day = 250;              ///< dga: names that its generator makes for a day
  double exists_share = 0.01;                    ///< dga: share of them that somebody has registered
  std::int64_t service = kSsh;                   ///< brute_force: where it guesses
  std::int64_t packets = kUdpFlood;              ///< flood: what it sends
  double packets_per_s = 1000, attack_s = 60;    ///< flood
  double rests_s = 0;                            ///< keeps still while it is held, and for so long after
  std::int64_t answers = kAnswersNothing;        ///< what it presses on the page, without a person
  double recovers_per_day = 0;                   ///< ends though nobody removed it
  double returns_per_day = 0;                    ///< comes back to a home that had it
  double vulnerable_share = 0;                   ///< of all homes: can catch it
  double infects_share = 0;                      ///< of contacts that succeed: reach some home of the Internet
};

/// `people:` whoever sits at the browser of a quarantined home. Probabilities; see docs for sources.
struct PeoplePlan {
  double think_mean_s = 45;  ///< from seeing the page to choosing
  double ignore = 0.1;       ///< closes the page and comes back to it at a later web access
  double choose_now = 0.4, choose_later = 0.3, choose_already = 0.3;  ///< first choice; must add up to 1
  double already_is_true = 0.3;    ///< 'already removed' and it is (else the infection goes on)
  double cleaning_mean_s = 300;    ///< how long 'now' takes
  double cleaning_succeeds = 0.7;  ///< share of cleanings that end the infection
  double able_share = 1;           ///< homes that can clean at all
  double inert_share = 0;          ///< homes where nobody ever acts on the page
  double support_share = 0;        ///< calls support instead of choosing
  double support_mean_s = 14400;   ///< from the call until support opens the line
  double support_cleans = 0.8;     ///< the infection is gone by then
};

}  // namespace lazaret
