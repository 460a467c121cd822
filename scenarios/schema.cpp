#include "scenarios/schema.hpp"

#include <fmt/format.h>

#include <charconv>

#include "scenarios/flat_json.hpp"
#include "scenarios/run_directory.hpp"
#include "scenarios/wording.hpp"

namespace lazaret {
namespace {

#define LAZARET_AT(member) [](Scenario& s) -> Slot { return &s.member; }, nullptr
#define LAZARET_IN_ENTRY(member) nullptr, [](InfectionPlan& i) -> Slot { return &i.member; }

constexpr ScenarioKey kKeys[] = {
    {"name", LAZARET_AT(name), 0, 0, "text",
     "Short name in lower case, digits, '_' and '-'; the file's name if left out."},
    {"title", LAZARET_AT(title), 0, 0, "text", "Headline of the report."},
    {"description", LAZARET_AT(description), 0, 0, "text", "What the scenario is for, in a few sentences."},
    {"seed", LAZARET_AT(seed), 0, 0, "64-bit number", "The same seed gives the same bytes."},
    {"duration_s", LAZARET_AT(duration_s), 1, 7776000, "s", "How much time is simulated."},
    {"fidelity",
     LAZARET_AT(fidelity),
     kStack,
     kWire,
     "rendering",
     "How behaviours become packets: real ns-3 hosts, or frames written directly, for many homes.",
     {},
     "stack|wire"},
    {"thinning",
     LAZARET_AT(thinning),
     0,
     1,
     "switch",
     "Fidelity wire: leaves out bulk data that no detector looks at; changes no event.",
     {},
     "off|on"},
    {"journal",
     LAZARET_AT(journal),
     0,
     1,
     "switch",
     "Keeps every packet and verdict; without, a run cannot be replayed and takes little room.",
     {},
     "off|on"},
    {"attempts",
     LAZARET_AT(attempts),
     kAttemptsListed,
     kAttemptsCounted,
     "switch",
     "Ground truth lists every attempt, or counts those alike: for runs too large to list; the report stays the same.",
     {},
     "listed|counted"},
    {"shards", LAZARET_AT(shards), 1, 64, "engines", "Engines that share the accounts; must not change any outcome."},

    {"isp.homes", LAZARET_AT(isp.homes), 1, 1000000, "homes", "Homes behind the access node, one account each."},
    {"isp.ipv6_share", LAZARET_AT(isp.ipv6_share), 0, 1, "share",
     "Share of accounts with an IPv6 prefix (/56) beside IPv4."},
    {"isp.access_down_mbps", LAZARET_AT(isp.access_down_mbps), 0.1, 100000, "Mbit/s", "Access line, towards the home."},
    {"isp.access_up_mbps", LAZARET_AT(isp.access_up_mbps), 0.1, 100000, "Mbit/s", "Access line, from the home."},
    {"isp.access_delay_ms", LAZARET_AT(isp.access_delay_ms), 0, 1000, "ms", "One-way delay of the access line."},
    {"isp.core_delay_ms", LAZARET_AT(isp.core_delay_ms), 0, 1000, "ms",
     "One-way delay between the gateway and the servers."},
    {"isp.outage",
     LAZARET_AT(isp.outage),
     kNoOutage,
     kResolverOutage,
     "what",
     "What does not answer for a while: a vendor's cloud, or the ISP's resolver.",
     {},
     "none|cloud|resolver"},
    {"isp.outage_at_s", LAZARET_AT(isp.outage_at_s), 0, 2592000, "s", "When the outage begins."},
    {"isp.outage_s", LAZARET_AT(isp.outage_s), 0, 2592000, "s", "How long it lasts."},

    {"internet.isps", LAZARET_AT(internet.isps), 1, 10000, "ISPs",
     "How many ISPs share isp.homes; more than one wants fidelity: wire and journal: off."},
    {"internet.size_exponent", LAZARET_AT(internet.size_exponent), 0, 3, "exponent",
     "The k-th largest ISP has homes in proportion to 1/k^this; 0: all alike, 1: Zipf."},
    {"internet.dirt_ratio", LAZARET_AT(internet.dirt_ratio), 1, 10000, "ratio",
     "How many times as many of the dirtiest ISP's homes can be infected as of the cleanest's; evenly spread in "
     "logarithm."},
    {"internet.adoption", LAZARET_AT(internet.adoption), 0, 1, "share",
     "Share of the ISPs that act by the policy; the others only look on, as under profile shadow."},
    {"internet.adoption_order",
     LAZARET_AT(internet.adoption_order),
     kCleanFirst,
     kRandomOrder,
     "order",
     "Which ISPs are the first to act.",
     {},
     "clean_first|dirty_first|random"},

    {"household.web_per_h", LAZARET_AT(household.web_per_h), 0, 3600, "pages/h", "Web pages that a home opens."},
    {"household.web_https_share", LAZARET_AT(household.web_https_share), 0, 1, "share",
     "Share of pages behind TLS on port 443."},
    {"household.web_page_kb", LAZARET_AT(household.web_page_kb), 1, 10000, "kB", "Mean size of a page."},
    {"household.mail_read_per_h", LAZARET_AT(household.mail_read_per_h), 0, 3600, "checks/h", "POP3 checks."},
    {"household.mail_send_per_h", LAZARET_AT(household.mail_send_per_h), 0, 3600, "mails/h",
     "Mails sent through the ISP's relay."},
    {"household.calls_per_h", LAZARET_AT(household.calls_per_h), 0, 60, "calls/h", "VoIP calls."},
    {"household.call_mean_s", LAZARET_AT(household.call_mean_s), 1, 36000, "s", "Mean length of a call."},
    {"household.dns_per_h", LAZARET_AT(household.dns_per_h), 0, 36000, "look-ups/h",
     "DNS look-ups besides those that the other services need."},
    {"household.failing_contacts_per_h", LAZARET_AT(household.failing_contacts_per_h), 0, 3600, "contacts/h",
     "Clean first contacts that nobody answers: dead hosts, old bookmarks."},
    {"household.dns_errors_per_h", LAZARET_AT(household.dns_errors_per_h), 0, 3600, "occasions/h",
     "Typing errors, search suffixes, browsers' probes; of all look-ups 9 % name no host (Brandhorst, Pras 2005)."},
    {"household.p2p_share", LAZARET_AT(household.p2p_share), 0, 1, "share",
     "Share of homes with a peer-to-peer program."},
    {"household.p2p_contacts_per_min", LAZARET_AT(household.p2p_contacts_per_min), 0, 600, "contacts/min",
     "How often such a program tries a peer."},
    {"household.p2p_unanswered_share", LAZARET_AT(household.p2p_unanswered_share), 0, 1, "share",
     "Share of peers that are gone: 78 of 130 in a capture of Gnutella (nDPI's gnutella.pcap, counted by us)."},
    {"household.diurnal_swing", LAZARET_AT(household.diurnal_swing), 0, 1, "share",
     "How much people follow the hours of the day: 0 not at all, 1 ten times as much at nine as at four in the "
     "morning."},
    {"household.begins_at_h", LAZARET_AT(household.begins_at_h), 0, 24, "h",
     "The hour of the day at which the run begins."},
    {"household.mail_server_share", LAZARET_AT(household.mail_server_share), 0, 1, "share",
     "Share of homes that host a mailing list and deliver its mails themselves."},
    {"household.mail_server_business",
     LAZARET_AT(household.mail_server_business),
     0,
     1,
     "switch",
     "Such a home has a business account.",
     {},
     "off|on"},
    {"household.mail_server_posts_per_h", LAZARET_AT(household.mail_server_posts_per_h), 0, 3600, "posts/h",
     "Mails that such a list sends out to all its subscribers."},
    {"household.mail_server_domains", LAZARET_AT(household.mail_server_domains), 1, 1000, "networks",
     "How many networks a list's subscribers are in: one delivery each for a post."},
    {"household.mail_server_refused_share", LAZARET_AT(household.mail_server_refused_share), 0, 1, "share",
     "Share of such deliveries that are refused: gone subscribers, grey-listing, lists of dial-up addresses."},
    {"household.hobbyist_share", LAZARET_AT(household.hobbyist_share), 0, 1, "share",
     "Share of homes where somebody looks over the ports of a host now and then."},
    {"household.hobby_scans_per_day", LAZARET_AT(household.hobby_scans_per_day), 0, 1000, "1/day",
     "How often, a host of its own each time."},
    {"household.hobby_ports", LAZARET_AT(household.hobby_ports), 1, 10000, "ports",
     "How many ports of it, ten a second: nmap looks at 1000 unless told otherwise."},
    {"household.iot_share", LAZARET_AT(household.iot_share), 0, 1, "share",
     "Share of homes with a device that asks its vendor's cloud for orders."},
    {"household.iot_polls_per_h", LAZARET_AT(household.iot_polls_per_h), 0, 3600, "polls/h", "How often it asks."},
    {"household.iot_retry_s", LAZARET_AT(household.iot_retry_s), 1, 86400, "s",
     "How soon it asks again, another address, after it got no answer."},
    {"household.flash_share", LAZARET_AT(household.flash_share), 0, 1, "share",
     "Share of homes that go to one place at one time: an update of everybody's software, or news."},
    {"household.flash_at_s", LAZARET_AT(household.flash_at_s), 0, 2592000, "s", "When that begins."},
    {"household.flash_within_s", LAZARET_AT(household.flash_within_s), 1, 86400, "s",
     "Within what time they go there, evenly."},
    {"household.flash_visits", LAZARET_AT(household.flash_visits), 1, 1000, "visits",
     "How often each of them does; the place is a vendor's cloud, so isp.outage is its overload."},
    {"household.speed_tests_per_day", LAZARET_AT(household.speed_tests_per_day), 0, 1000, "1/day",
     "Speed tests of a home: six connections at once, 2 MB down each, then datagrams up."},
    {"household.speed_test_udp_per_s", LAZARET_AT(household.speed_test_udp_per_s), 0, 20000, "1/s",
     "Datagrams that such a test sends for ten seconds, unanswered; 0 where it sends none."},
    {"household.telecare_share", LAZARET_AT(household.telecare_share), 0, 1, "share",
     "Share of homes with an alarm that reports to its centre over TLS."},
    {"household.telecare_per_h", LAZARET_AT(household.telecare_per_h), 0, 3600, "1/h", "How often it reports."},

    {"people.think_mean_s", LAZARET_AT(people.think_mean_s), 0.1, 86400, "s",
     "Mean time from seeing the page to choosing."},
    {"people.ignore", LAZARET_AT(people.ignore), 0, 1, "probability",
     "Who closes the page, and comes back to it at a later web access."},
    {"people.choose_now", LAZARET_AT(people.choose_now), 0, 1, "probability", "First choice: clean now."},
    {"people.choose_later", LAZARET_AT(people.choose_later), 0, 1, "probability", "First choice: later."},
    {"people.choose_already", LAZARET_AT(people.choose_already), 0, 1, "probability",
     "First choice: already removed. The three choices add up to 1."},
    {"people.already_is_true", LAZARET_AT(people.already_is_true), 0, 1, "probability",
     "How often 'already removed' is true; otherwise the infection goes on."},
    {"people.cleaning_mean_s", LAZARET_AT(people.cleaning_mean_s), 1, 2592000, "s",
     "Mean time that cleaning takes after 'now'."},
    {"people.cleaning_succeeds", LAZARET_AT(people.cleaning_succeeds), 0, 1, "probability",
     "Share of cleanings that end the infection."},
    {"people.able_share", LAZARET_AT(people.able_share), 0, 1, "share",
     "Homes whose own cleaning can succeed at all; in the others it never does."},
    {"people.inert_share", LAZARET_AT(people.inert_share), 0, 1, "share",
     "Homes where nobody ever acts on the page: they wait until quarantine.max_s."},
    {"people.support_share", LAZARET_AT(people.support_share), 0, 1, "probability",
     "Who calls support instead of choosing; above 0, so does whoever finds no choice that they would make."},
    {"people.support_mean_s", LAZARET_AT(people.support_mean_s), 1, 2592000, "s",
     "Mean time from the call until support opens the line."},
    {"people.support_cleans", LAZARET_AT(people.support_cleans), 0, 1, "probability",
     "How often the infection is gone when support opens the line."},
};

constexpr ScenarioKey kInfectionKeys[] = {
    {"behaviour", LAZARET_IN_ENTRY(behaviour), 0, 0, "name", "What the infected device does."},
    {"homes", LAZARET_IN_ENTRY(homes), 0, 1000000, "homes", "How many homes carry it; entries never share a home."},
    {"begins_from_s", LAZARET_IN_ENTRY(begins_from_s), 0, 2592000, "s",
     "Earliest start; each home draws its own, uniformly."},
    {"begins_to_s", LAZARET_IN_ENTRY(begins_to_s), 0, 2592000, "s", "Latest start."},
    {"rate_per_min", LAZARET_IN_ENTRY(rate_per_min), 0.001, 60000, "1/min",
     "Mails, first contacts, names, log-in sessions, or orders to attack (one is obeyed at a time), per minute."},
    {"accepted_share", LAZARET_IN_ENTRY(accepted_share), 0, 1, "share",
     "Share of deliveries that the victim's server accepts.", "spam_bot|mixed"},
    {"targets", LAZARET_IN_ENTRY(targets), 1, 10000, "servers",
     "How many mail exchangers, or hosts to log in to, it knows.", "spam_bot|brute_force|mixed"},
    {"ports", LAZARET_IN_ENTRY(ports), 1, 65535, "TCP ports", "Ports that it looks for.", "scanner|mixed"},
    {"answered_share", LAZARET_IN_ENTRY(answered_share), 0, 1, "share",
     "Share of its targets that answer with SYN-ACK.", "scanner|mixed"},
    {"names_per_day", LAZARET_IN_ENTRY(names_per_day), 1, 50000, "names",
     "Names that its generator makes for a day: 250 for Conficker A and B, 50000 for C (Porras et al. 2009).",
     "dga|mixed"},
    {"exists_share", LAZARET_IN_ENTRY(exists_share), 0, 1, "share",
     "Share of a day's names that somebody has registered, controller or sinkhole.", "dga|mixed"},
    {"service", LAZARET_IN_ENTRY(service), kSsh, kTelnet, "service",
     "Where it guesses passwords: three a session, all wrong.", "brute_force|mixed", "ssh|ftp|telnet"},
    {"packets", LAZARET_IN_ENTRY(packets), kUdpFlood, kSynFlood, "kind", "What it floods with.", "flood", "udp|syn"},
    {"packets_per_s", LAZARET_IN_ENTRY(packets_per_s), 1, 20000, "1/s",
     "How many at one target; no more than the access line carries.", "flood"},
    {"attack_s", LAZARET_IN_ENTRY(attack_s), 1, 86400, "s", "How long it obeys one order.", "flood"},
    {"rests_s", LAZARET_IN_ENTRY(rests_s), 0, 31536000, "s",
     "Keeps still while its line is led to the garden, and for so long after: it waits out probation. 0: works on."},
    {"answers",
     LAZARET_IN_ENTRY(answers),
     kAnswersNothing,
     kAnswersEither,
     "choice",
     "What it presses on the page, without a person; either: later, and where that is not offered, already.",
     {},
     "nothing|later|already|either"},
    {"recovers_per_day", LAZARET_IN_ENTRY(recovers_per_day), 0, 1000, "1/day",
     "How often it ends by itself: a reboot, where it lives in memory alone; an update; a device that goes."},
    {"returns_per_day", LAZARET_IN_ENTRY(returns_per_day), 0, 1000, "1/day",
     "How often a home that is rid of it is infected anew."},
    {"vulnerable_share", LAZARET_IN_ENTRY(vulnerable_share), 0, 1, "share",
     "Share of all homes that can catch it from others; those that carry it from the beginning are among them."},
    {"infects_share", LAZARET_IN_ENTRY(infects_share), 0, 1, "share",
     "Share of its contacts that succeed (an accepted mail, an answered probe) that reach a home here, any of them "
     "alike; one that can catch it does.",
     "spam_bot|scanner"},
};

#undef LAZARET_AT
#undef LAZARET_IN_ENTRY

constexpr Behaviour kBehaviours[] = {
    {"spam_bot", "delivers spam straight to the victims' mail exchangers (direct-to-MX)"},
    {"scanner", "looks for hosts that answer on its ports, as an IoT worm does"},
    {"dga", "asks for names that its generator makes up for the day, to find its controller"},
    {"relay_spam", "sends spam through the ISP's own relay, as if its owner wrote it"},
    {"brute_force", "guesses passwords of remote hosts"},
    {"flood", "floods one target after another with packets, as it is ordered to"},
    {"mixed", "spreads its work: now a mail, now a contact, a name, a mail by the relay, or a guess, each as often"},
};

std::string listed(std::string_view choices, std::string_view last_joint) {
  return join_words(split_names(choices), last_joint);
}

bool is_listed(std::string_view choices, std::string_view name) {
  while (!choices.empty()) {
    const std::size_t bar = std::min(choices.find('|'), choices.size());
    if (choices.substr(0, bar) == name) return true;
    choices.remove_prefix(std::min(bar + 1, choices.size()));
  }
  return false;
}

std::string choice_text(std::int64_t value, double min, std::string_view choices) {
  auto index = value - static_cast<std::int64_t>(min);
  while (index-- > 0 && !choices.empty()) {
    const std::size_t bar = choices.find('|');
    choices = bar == std::string_view::npos ? std::string_view{} : choices.substr(bar + 1);
  }
  return std::string(choices.substr(0, choices.find('|')));
}

}  // namespace

std::span<const ScenarioKey> scenario_keys() { return kKeys; }
std::span<const ScenarioKey> infection_keys() { return kInfectionKeys; }
bool knows(std::string_view behaviour, const ScenarioKey& row) {
  return row.only_for.empty() || is_listed(row.only_for, behaviour);
}
std::string knowers(const ScenarioKey& row) { return listed(row.only_for, "or"); }
std::span<const Behaviour> behaviours() { return kBehaviours; }

Slot slot_of(const Parameter& row, Policy& policy) {
  return std::visit([&](auto member) -> Slot { return &(policy.*member); }, row.member);
}

std::optional<Leaf> find_leaf(std::string_view dotted, Scenario& scenario) {
  if (dotted.starts_with("policy.")) {
    const Parameter* row = find_parameter(dotted.substr(7));
    if (row == nullptr) return std::nullopt;
    return Leaf{std::string(dotted), slot_of(*row, scenario.policy), row->min, row->max, row->unit, row->choices};
  }
  if (dotted.starts_with("infections.")) {
    const std::string_view rest = dotted.substr(11);
    const std::size_t dot = rest.find('.');
    std::size_t index = 0;
    if (dot == std::string_view::npos) return std::nullopt;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + dot, index);
    if (error != std::errc{} || end != rest.data() + dot || index >= scenario.infections.size()) return std::nullopt;
    for (const ScenarioKey& row : kInfectionKeys)
      if (row.name == rest.substr(dot + 1))
        return Leaf{std::string(dotted), row.infection_slot(scenario.infections[index]), row.min, row.max, row.unit,
                    row.choices};
    return std::nullopt;
  }
  for (const ScenarioKey& row : kKeys)
    if (row.name == dotted)
      return Leaf{std::string(dotted), row.slot(scenario), row.min, row.max, row.unit, row.choices};
  return std::nullopt;
}

const std::vector<std::string>& dotted_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const ScenarioKey& row : kKeys) all.emplace_back(row.name);
    for (const Parameter& row : parameters()) all.push_back(fmt::format("policy.{}", row.name));
    return all;
  }();
  return names;
}

std::string value_text(const Slot& slot, double min, std::string_view choices) {
  struct Writer {
    double min;
    std::string_view choices;
    std::string operator()(const double* v) const { return fmt::format("{}", *v); }
    std::string operator()(const std::uint64_t* v) const { return fmt::format("{}", *v); }
    std::string operator()(const std::int64_t* v) const {
      return choices.empty() ? fmt::format("{}", *v) : choice_text(*v, min, choices);
    }
    // A JSON string is a YAML double-quoted scalar.
    std::string operator()(const std::string* v) const { return json_string(*v); }
    std::string operator()(const std::vector<std::int64_t>* v) const {
      return fmt::format("[{}]", fmt::join(*v, ", "));
    }
    std::string operator()(const PrefixList* v) const {
      std::vector<std::string> texts;
      for (const Prefix& p : v->items()) texts.push_back(fmt::format("\"{}\"", to_text(p)));
      return fmt::format("[{}]", fmt::join(texts, ", "));
    }
    std::string operator()(const NameList* v) const {
      std::vector<std::string> texts;
      for (std::size_t i = 0; i < v->size(); ++i) texts.push_back(fmt::format("\"{}\"", (*v)[i]));
      return fmt::format("[{}]", fmt::join(texts, ", "));
    }
  };
  return std::visit(Writer{min, choices}, slot);
}

std::string range_text(const Slot& slot, double min, double max, std::string_view unit, std::string_view choices) {
  if (std::holds_alternative<PrefixList*>(slot)) return "a list of prefixes such as [192.0.2.0/24, \"2001:db8::/56\"]";
  if (std::holds_alternative<NameList*>(slot))
    return "a list of domain names in lower case such as [update.example, tools.example.net]";
  if (std::holds_alternative<std::string*>(slot)) return "a text";
  if (std::holds_alternative<std::uint64_t*>(slot)) return "a whole number from 0 to 18446744073709551615";
  if (!choices.empty()) return listed(choices, "or");
  const std::string range = fmt::format("from {} to {}", min, max);
  if (std::holds_alternative<std::int64_t*>(slot)) return fmt::format("a whole number {} ({})", range, unit);
  if (std::holds_alternative<double*>(slot)) return fmt::format("a number {} ({})", range, unit);
  return fmt::format("a list of whole numbers {}, such as [23, 2323]", range);
}

}  // namespace lazaret
