#include "datapath/portal/control_protocol.hpp"

#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>

#include "core/evidence/names.hpp"
#include "scenarios/run_directory.hpp"

namespace lazaret::portal {
namespace {

using nlohmann::json;

constexpr std::string_view kOutcomes[] = {"done", "stale", "closed", "failed"};
constexpr std::size_t kMostItems = 64, kLongestText = 256;

/// What read_* throw to themselves; never leaves this file.
struct Wrong : std::runtime_error {
  using std::runtime_error::runtime_error;
};

const json& field(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end()) throw Wrong(std::string("'") + key + "' is missing");
  return *found;
}

std::string text(const json& object, const char* key) {
  const json& value = field(object, key);
  if (!value.is_string() || value.get_ref<const std::string&>().size() > kLongestText)
    throw Wrong(std::string("'") + key + "' is no text of at most 256 octets");
  return value.get<std::string>();
}

template <typename Number>
Number number(const json& object, const char* key) {
  const json& value = field(object, key);
  if (value.is_number_unsigned()) {
    const auto n = value.get<std::uint64_t>();
    if (n <= static_cast<std::uint64_t>(std::numeric_limits<Number>::max())) return static_cast<Number>(n);
  }
  throw Wrong(std::string("'") + key + "' is no whole number that fits");
}

const json& list(const json& object, const char* key) {
  const json& value = field(object, key);
  if (!value.is_array() || value.size() > kMostItems) throw Wrong(std::string("'") + key + "' is no short list");
  return value;
}

template <typename Enum>
Enum named(const std::string& name) {
  const auto found = find_named<Enum>(name);
  if (!found) throw Wrong("'" + name + "' is no name that this version knows");
  return *found;
}

Profile profile_named(const std::string& name) {
  for (auto p = static_cast<std::int64_t>(Profile::shadow); p <= static_cast<std::int64_t>(Profile::strict); ++p)
    if (profile_name(static_cast<Profile>(p)) == name) return static_cast<Profile>(p);
  throw Wrong("'" + name + "' is no profile");
}

json object_of(std::string_view line, std::size_t longest) {
  if (line.size() > longest) throw Wrong("the line is too long");
  json object = json::parse(line, nullptr, false);
  if (!object.is_object()) throw Wrong("the line is no JSON object");
  if (number<int>(object, "v") != kControlVersion) throw Wrong("'v' is another version than 1");
  return object;
}

IpAddress address(const json& object) {
  const std::string written = text(object, "address");
  const auto prefix = parse_prefix(written);
  if (!prefix || prefix->length != 128 || written.find('/') != std::string::npos)
    throw Wrong("'address' is no IP address");
  return prefix->address;
}

json to_json(const Reason& r) {
  return {{"channel", name_of(r.channel)},
          {"adverse", r.adverse},
          {"observations", r.observations},
          {"port", r.port},
          {"source_port", r.source_port},
          {"first_s", r.first_s},
          {"last_s", r.last_s}};
}

Reason reason(const json& r) {
  if (!r.is_object()) throw Wrong("a reason is no object");
  return {named<Channel>(text(r, "channel")),       number<std::uint32_t>(r, "adverse"),
          number<std::uint32_t>(r, "observations"), number<std::uint16_t>(r, "port"),
          number<std::uint16_t>(r, "source_port"),  number<std::int64_t>(r, "first_s"),
          number<std::int64_t>(r, "last_s")};
}

json to_json(const Line& l) {
  json open = json::array(), reasons = json::array();
  for (const Choice c : l.open) open.push_back(name_of(c));
  for (const Reason& r : l.reasons) reasons.push_back(to_json(r));
  return {{"id", l.id},
          {"standing", l.standing},
          {"state", name_of(l.state)},
          {"profile", profile_name(l.profile)},
          {"later_left", l.later_left},
          {"history", l.history},
          {"open", open},
          {"since_s", l.since_s},
          {"until_s", l.until_s},
          {"later_s", l.terms.later_s},
          {"remediation_s", l.terms.remediation_s},
          {"probation_s", l.terms.probation_s},
          {"reasons", reasons},
          {"reachable", l.reachable}};
}

Line line_of(const json& l) {
  Line line;
  line.id = text(l, "id");
  line.standing = text(l, "standing");
  line.state = named<State>(text(l, "state"));
  line.profile = profile_named(text(l, "profile"));
  line.later_left = number<unsigned>(l, "later_left");
  line.history = number<unsigned>(l, "history");
  line.since_s = number<std::int64_t>(l, "since_s");
  line.until_s = number<std::int64_t>(l, "until_s");
  line.terms = {number<std::int64_t>(l, "later_s"), number<std::int64_t>(l, "remediation_s"),
                number<std::int64_t>(l, "probation_s")};
  for (const json& choice : list(l, "open"))
    line.open.push_back(named<Choice>(choice.is_string() ? choice.get<std::string>() : std::string()));
  for (const json& r : list(l, "reasons")) line.reasons.push_back(reason(r));
  for (const json& name : list(l, "reachable")) {
    if (!name.is_string()) throw Wrong("'reachable' is no list of names");
    line.reachable.push_back(name.get<std::string>());
  }
  return line;
}

std::string dumped(const json& object) { return object.dump(-1, ' ', false, json::error_handler_t::replace); }

}  // namespace

std::string to_line(const Ask& ask) {
  json object{{"v", kControlVersion}};
  if (const auto* line = std::get_if<AskLine>(&ask)) {
    object["ask"] = "line";
    object["address"] = to_text(line->address);
  } else {
    const auto& choice = std::get<AskChoice>(ask);
    object["ask"] = "choose";
    object["address"] = to_text(choice.address);
    object["choice"] = name_of(choice.choice);
    object["standing"] = choice.standing;
  }
  return dumped(object);
}

std::string to_line(const Answer& answer) {
  json object{{"v", kControlVersion}};
  if (const auto* line = std::get_if<Line>(&answer)) object["line"] = to_json(*line);
  if (std::holds_alternative<Nobody>(answer)) object["line"] = nullptr;
  if (const auto* outcome = std::get_if<Outcome>(&answer))
    object["outcome"] = kOutcomes[static_cast<std::size_t>(*outcome)];
  if (const auto* trouble = std::get_if<Trouble>(&answer)) object["error"] = trouble->what;
  return dumped(object);
}

std::variant<Ask, Trouble> read_ask(std::string_view line) {
  try {
    const json object = object_of(line, kLongestAsk);
    const std::string what = text(object, "ask");
    if (what == "line") return AskLine{address(object)};
    if (what == "choose")
      return AskChoice{address(object), named<Choice>(text(object, "choice")), text(object, "standing")};
    return Trouble{"'ask' is neither 'line' nor 'choose'"};
  } catch (const Wrong& wrong) {
    return Trouble{wrong.what()};
  }
}

Answer read_answer(std::string_view line) {
  try {
    const json object = object_of(line, kLongestAnswer);
    if (object.contains("error")) return Trouble{text(object, "error")};
    if (object.contains("outcome")) {
      const std::string outcome = text(object, "outcome");
      for (std::size_t i = 0; i < std::size(kOutcomes); ++i)
        if (kOutcomes[i] == outcome) return static_cast<Outcome>(i);
      throw Wrong("'outcome' is no outcome that this version knows");
    }
    const json& found = field(object, "line");
    if (found.is_null()) return Nobody{};
    if (!found.is_object()) throw Wrong("'line' is neither an object nor null");
    return line_of(found);
  } catch (const Wrong& wrong) {
    return Trouble{wrong.what()};
  }
}

}  // namespace lazaret::portal
