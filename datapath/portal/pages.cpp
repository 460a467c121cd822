#include "datapath/portal/pages.hpp"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <kainjow/mustache.hpp>
#include <set>

#include "core/evidence/names.hpp"
#include "core/quarantine/choices.hpp"
#include "datapath/portal/resources.hpp"

namespace lazaret::portal {
namespace {

using Data = kainjow::mustache::data;

Data object() { return Data(Data::type::object); }
Data list() { return Data(Data::type::list); }
Data only_text(std::string text) {
  Data item = object();
  item.set("text", std::move(text));
  return item;
}

std::string escaped(const std::string& text) {
  std::string safe;
  for (const char c : text) {
    switch (c) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '"':
        safe += "&quot;";
        break;
      case '\'':
        safe += "&#39;";
        break;
      default:
        safe += c;
    }
  }
  return safe;
}

std::string sha256_base64(std::string_view text) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  std::array<unsigned char, 4 * ((SHA256_DIGEST_LENGTH + 2) / 3) + 1> encoded{};
  EVP_EncodeBlock(encoded.data(), digest.data(), digest.size());
  return reinterpret_cast<const char*>(encoded.data());
}

/// A telephone number as a link has it (RFC 3966): digits, and a plus sign at the front.
std::string digits(const std::string& phone) {
  std::string number;
  for (const char c : phone)
    if ((c >= '0' && c <= '9') || (c == '+' && number.empty())) number += c;
  return number;
}

struct Protocol {
  std::uint16_t port;
  std::string_view name;
};
constexpr Protocol kProtocols[] = {{21, "FTP"},      {22, "SSH"},   {23, "Telnet"}, {25, "SMTP"},    {53, "DNS"},
                                   {80, "HTTP"},     {123, "NTP"},  {443, "HTTPS"}, {445, "SMB"},    {1900, "SSDP"},
                                   {2323, "Telnet"}, {3389, "RDP"}, {5900, "VNC"},  {7547, "TR-069"}};

std::string port_words(std::uint16_t port) {
  std::string words = std::to_string(port);
  for (const Protocol& p : kProtocols)
    if (p.port == port) words += " (" + std::string(p.name) + ")";
  return words;
}

/// One page in the making.
struct Page {
  const Language& l;
  const Config& config;
  Data data = object();

  Page(const Language& language, const Config& c) : l(language), config(c) {
    data.set("style", std::string(resource::style()));
    data.set("lang", l.code());
    data.set("isp", config.isp);
    data.set("language_label", l.text("language.choose"));
    Data all = list();
    for (const Language& other : languages()) {
      Data item = object();
      item.set("code", other.code());
      item.set("name", other.text("language.title"));
      item.set("current", &other == &l);
      all.push_back(item);
    }
    data.set("languages", all);
    data.set("mood", "");
    data.set("help_title", l.text("page.help"));
    data.set("phone", l.text("page.phone", {{"phone", config.phone}}));
    data.set("phone_digits", digits(config.phone));
    if (!config.hours.empty()) data.set("hours", only_text(config.hours));
    if (!config.mail.empty()) data.set("mail", only_text(l.text("page.mail", {{"mail", config.mail}})));
    data.set("known", l.text("page.known", {{"isp", config.isp}}));
    data.set("honest", l.text("page.honest"));
  }
  void head(const std::string& title, const std::string& lead, const std::string& mood) {
    data.set("title", title);
    data.set("lead", lead);
    data.set("mood", mood);
  }
  [[nodiscard]] std::string rendered() const {
    kainjow::mustache::mustache form{std::string(resource::page())};
    form.set_custom_escape(escaped);
    return form.render(data);
  }

  void note(const std::string& key) {
    Data note = only_text(l.text(key));
    note.set("note_title", l.text("page.note"));
    data.set("note", note);
  }

  void facts(const Line& line) {
    Data facts = list();
    if (line.state == State::quarantined) {
      std::string when;
      if (line.since_s > 0) when = l.text("warning.since", {{"time", l.time(line.since_s)}});
      if (line.history > 1) when += " " + l.text("warning.nth", {{"n", std::to_string(line.history)}});
      if (!when.empty()) facts.push_back(only_text(when));
    }
    facts.push_back(only_text(l.text("profile." + std::string(profile_name(line.profile)))));
    if (line.profile != Profile::shadow && line.profile != Profile::notice)
      facts.push_back(only_text(l.text("warning.safe")));
    data.set("facts", facts);
  }

  void seen(const Line& line) {
    Data seen = object(), reasons = list(), devices = list(), sources = list();
    std::set<std::string_view> hinted;
    bool any_source = false;
    for (const Reason& r : line.reasons) {
      const std::string channel(name_of(r.channel));
      Data item = only_text(l.text("seen." + channel, {{"adverse", std::to_string(r.adverse)},
                                                       {"observations", std::to_string(r.observations)},
                                                       {"port", port_words(r.port)}}));
      const std::string first = l.time(r.first_s), last = l.time(r.last_s);
      item.set("when", first == last ? l.text("seen.once", {{"first", first}})
                                     : l.text("seen.times", {{"first", first}, {"last", last}}));
      reasons.push_back(item);
      if (hinted.insert(device_key(r.channel)).second)
        devices.push_back(only_text(l.text("device." + std::string(device_key(r.channel)))));
      if (r.source_port == 0) continue;
      any_source = true;
      Data source = only_text(l.text("seen.source", {{"port", std::to_string(r.source_port)}}));
      source.set("channel", channel);
      sources.push_back(source);
    }
    seen.set("title", l.text("seen.title"));
    seen.set("reasons", reasons);
    if (line.reasons.empty()) seen.set("none", only_text(l.text("seen.none")));
    seen.set("has_devices", !hinted.empty());
    seen.set("device_title", l.text("device.title"));
    seen.set("devices", devices);
    seen.set("has_sources", any_source);
    seen.set("details", l.text("seen.details"));
    seen.set("sources", sources);
    data.set("seen", seen);
  }

  void form(const Line& line, const HumanStep& step) {
    Data form = object(), choices = list(), gone = list(), words = list();
    const auto offer = [&](Choice choice, const std::string& more) {
      const std::string name(name_of(choice));
      Data item = object();
      item.set("value", name);
      item.set("what", l.text("choice." + name));
      item.set("more", more);
      choices.push_back(item);
    };
    if (offers(line, Choice::now))
      offer(Choice::now, l.text("choice.now_more", {{"time", l.duration(line.terms.remediation_s)}}));
    if (offers(line, Choice::later))
      offer(Choice::later, l.text("choice.later_more", {{"time", l.duration(line.terms.later_s)}}) + " " +
                               l.counted("later_left", line.later_left));
    else
      gone.push_back(only_text(l.text("later_left.none")));
    if (offers(line, Choice::already))
      offer(Choice::already, l.text("choice.already_more", {{"time", l.duration(line.terms.probation_s)}}));
    else
      gone.push_back(only_text(l.text("already_gone")));
    const Question& q = step.question;
    for (unsigned place = 0; place < Question::kWords; ++place) {
      Data word = object();
      word.set("place", std::to_string(place));
      word.set("word", l.list("words.kind_" + std::to_string(q.kind_of[place])).at(q.word_of[place]));
      words.push_back(word);
    }
    form.set("title", l.text("choice.title"));
    form.set("token", step.token);
    form.set("must", l.text("choice.must"));
    form.set("choices", choices);
    form.set("gone", gone);
    form.set("question", l.text("question.title"));
    form.set("ask", l.text("question.ask_" + std::to_string(q.kind)));
    form.set("words", words);
    form.set("question_help", l.text("question.help"));
    form.set("send", l.text("choice.send"));
    data.set("to_choice", only_text(l.text("choice.go")));
    data.set("form", form);
  }

  void steps(const Line& line) {
    std::set<std::string_view> hinted;
    for (const Reason& r : line.reasons) hinted.insert(device_key(r.channel));
    const auto hints = [&](std::initializer_list<std::string_view> keys) {
      return std::any_of(keys.begin(), keys.end(), [&](std::string_view k) { return hinted.contains(k); });
    };
    Data steps = object(), groups = list();
    const auto group = [&](const std::string& key, unsigned count, bool likely) {
      Data part = object(), items = list();
      for (unsigned i = 1; i <= count; ++i)
        items.push_back(only_text(l.text("steps." + key + "_" + std::to_string(i))));
      part.set("name", l.text("steps." + key));
      part.set("items", items);
      part.set("likely", likely);
      groups.push_back(part);
    };
    group("small", 4, hints({"camera", "amplifier", "spoof", "login", "bot"}));
    group("computers", 4,
          hinted.empty() ||
              hints({"computer", "mail_computer", "mail_account", "tunnel", "spoof", "login", "bot", "report"}));
    group("phones", 2, hints({"mail_account", "tunnel", "bot"}));
    Data links = list();
    bool any = false;
    for (const HelpLink& link : config.links) {
      if (!reachable(line, host_of(link.url))) continue;
      Data item = object();
      item.set("url", link.url);
      item.set("name", link.title);
      links.push_back(item);
      any = true;
    }
    steps.set("title", l.text("steps.title"));
    steps.set("groups", groups);
    steps.set("has_links", any);
    steps.set("links_title", l.text("steps.links"));
    steps.set("links", links);
    steps.set("own_risk", l.text("steps.own_risk"));
    data.set("steps", steps);
  }

  static bool reachable(const Line& line, const std::string& host) {
    return std::any_of(line.reachable.begin(), line.reachable.end(), [&](const std::string& name) {
      return host == name ||
             (host.size() > name.size() && host.ends_with(name) && host[host.size() - name.size() - 1] == '.');
    });
  }
};

/// Title and lead of a line's page.
void head_of(Page& page, const Line& line) {
  const Language& l = page.l;
  const auto timed = [&](const std::string& topic) {
    page.head(l.text(topic + ".title"),
              line.until_s > 0 ? l.text(topic + ".lead", {{"time", l.time(line.until_s)}}) : l.text(topic + ".soon"),
              "good");
  };
  if (is_restricted(line.state)) {
    const std::string topic = line.open.empty() ? "call" : line.state == State::remediating ? "cleaning" : "warning";
    std::string lead = l.text(topic + ".lead");
    if (topic == "cleaning" && line.until_s > 0)
      lead += " " + l.text("cleaning.until", {{"time", l.time(line.until_s)}});
    page.head(l.text(topic + ".title"), lead, "warn");
  } else if (line.state == State::deferred) {
    timed("deferred");
  } else if (line.state == State::probation) {
    timed("probation");
  } else {
    page.head(l.text("open.title"), l.text("open.lead"), "good");
  }
}

}  // namespace

Pages::Pages(const Config& config)
    : config_(config),
      security_policy_("default-src 'none'; style-src 'sha256-" + sha256_base64(resource::style()) +
                       "'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'") {}

std::string Pages::of_line(const Language& l, const Line& line, const std::optional<HumanStep>& step,
                           const std::string& note) const {
  Page page(l, config_);
  head_of(page, line);
  if (!note.empty()) page.note(note);
  if (is_restricted(line.state)) {
    page.facts(line);
    page.seen(line);
    if (step) page.form(line, *step);
  }
  if (is_restricted(line.state) || line.state == State::deferred) page.steps(line);
  page.data.set("reference", only_text(l.text("page.reference", {{"id", line.id}})));
  return page.rendered();
}

std::string Pages::of_topic(const Language& l, const std::string& topic, bool home) const {
  Page page(l, config_);
  page.head(l.text(topic + ".title"), l.text(topic + ".lead"), "");
  if (home) page.data.set("start", only_text(l.text("start")));
  return page.rendered();
}

bool offers(const Line& line, Choice choice) {
  return std::find(line.open.begin(), line.open.end(), choice) != line.open.end();
}

std::string_view device_key(Channel c) {
  switch (c) {
    case Channel::scan_ports:
    case Channel::scan_mirai:
    case Channel::scan_telnet:
    case Channel::flood_syn:
    case Channel::flood_udp:
      return "camera";
    case Channel::scan_other:
    case Channel::scan_vertical:
    case Channel::dns_failure:
      return "computer";
    case Channel::spam_delivery:
    case Channel::spam_mx_query:
    case Channel::spam_fanout:
      return "mail_computer";
    case Channel::spam_relay:
      return "mail_account";
    case Channel::dns_tunnel:
      return "tunnel";
    case Channel::flood_reply:
      return "amplifier";
    case Channel::flood_spoof:
      return "spoof";
    case Channel::login_failure:
    case Channel::login_opaque:
      return "login";
    case Channel::c2_beacon:
    case Channel::c2_client:
    case Channel::c2_address:
    case Channel::c2_name:
    case Channel::c2_sinkhole:
      return "bot";
    case Channel::report_abuse:
      return "report";
  }
  return "computer";
}

}  // namespace lazaret::portal
