#include "scenarios/records.hpp"

#include <fmt/format.h>

#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>

#include "core/evidence/names.hpp"

namespace lazaret {
namespace {

using Json = nlohmann::json;

/// Reads the fields of one object by name; what it was not asked for is an error too.
class Fields {
 public:
  explicit Fields(std::string_view line) : object_(Json::parse(line)) {
    if (!object_.is_object()) throw std::runtime_error("the line is not a JSON object");
  }
  explicit Fields(Json object) : object_(std::move(object)) {
    if (!object_.is_object()) throw std::runtime_error("'seen' is not an object");
  }

  [[nodiscard]] bool has(const char* key) const { return object_.contains(key); }
  [[nodiscard]] const Json& at(const char* key) {
    const auto found = object_.find(key);
    if (found == object_.end()) throw std::runtime_error(fmt::format("'{}' is missing", key));
    seen_.insert(key);
    return *found;
  }

  template <typename Integer>
  [[nodiscard]] Integer number(const char* key) {
    const Json& value = at(key);
    const bool fits =
        value.is_number_unsigned()
            ? value.get<std::uint64_t>() <= static_cast<std::uint64_t>(std::numeric_limits<Integer>::max())
            : value.is_number_integer() && std::numeric_limits<Integer>::is_signed &&
                  value.get<std::int64_t>() >= static_cast<std::int64_t>(std::numeric_limits<Integer>::min());
    if (!fits)
      throw std::runtime_error(fmt::format("'{}' is {}, which is not a whole number that fits", key, value.dump()));
    return value.get<Integer>();
  }

  [[nodiscard]] Timestamp stamp(const char* key) {
    const Timestamp t{number<std::int64_t>(key)};
    if (t < Timestamp{0}) throw std::runtime_error(fmt::format("'{}' is before the world began", key));
    return t;
  }

  [[nodiscard]] bool truth(const char* key) {
    const Json& value = at(key);
    if (!value.is_boolean()) throw std::runtime_error(fmt::format("'{}' is neither true nor false", key));
    return value.get<bool>();
  }

  /// Reads the enumerator whose name it is.
  template <typename Enum>
  void named(const char* key, Enum& value) {
    const std::string text = word(key);
    const auto found = find_named<Enum>(text);
    if (!found) throw std::runtime_error(fmt::format("'{}' is '{}', which this version does not know", key, text));
    value = *found;
  }

  [[nodiscard]] std::string word(const char* key) {
    const Json& value = at(key);
    if (!value.is_string()) throw std::runtime_error(fmt::format("'{}' is not a text", key));
    return value.get<std::string>();
  }

  void finish() const {
    for (const auto& [key, value] : object_.items())
      if (!seen_.contains(key)) throw std::runtime_error(fmt::format("'{}' is unknown to this version", key));
  }

 private:
  Json object_;
  std::set<std::string> seen_;
};

template <typename Record, typename Read>
std::variant<Record, Problem> parse(std::string_view line, Read read) {
  try {
    Fields fields(line);
    Record record = read(fields);
    fields.finish();
    return record;
  } catch (const std::exception& e) {
    return Problem{e.what()};
  }
}

template <typename Record, typename Parse, typename Visit>
std::optional<Problem> each_line(const std::filesystem::path& path, Parse parse_line, Visit visit) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return Problem{path.string() + ": cannot be opened; is the run directory complete?"};
  std::string line;
  for (std::uint64_t number = 1; std::getline(in, line); ++number) {
    // getline takes a last line without its end too; a writer always ends its lines.
    const bool cut = in.eof();
    auto record = parse_line(line);
    if (auto* problem = std::get_if<Problem>(&record))
      return Problem{fmt::format("{}:{}: {}; the file is damaged, run again", path.string(), number, problem->message)};
    if (cut)
      return Problem{
          fmt::format("{}:{}: the last line is cut short; the file is damaged, run again", path.string(), number)};
    visit(std::get<Record>(record));
  }
  if (in.bad()) return Problem{path.string() + ": cannot be read to its end"};
  return std::nullopt;
}

template <typename Record, typename Parse>
std::variant<std::vector<Record>, Problem> read_lines(const std::filesystem::path& path, Parse parse_line) {
  std::vector<Record> records;
  if (auto problem = each_line<Record>(path, parse_line, [&records](const Record& r) { records.push_back(r); }))
    return *std::move(problem);
  return records;
}

}  // namespace

std::string to_json(const Event& e) {
  std::string text = fmt::format(R"({{"at_ns":{},"account":{},"sequence":{},"kind":"{}","state":"{}")", e.at.ns,
                                 e.account.value, e.sequence, name_of(e.kind), name_of(e.state));
  // Meaningless, and always at their defaults, in most events.
  if (e.kind == EventKind::reason || e.channel != Channel{})
    text += fmt::format(R"(,"channel":"{}")", name_of(e.channel));
  text += fmt::format(R"(,"observed":{},"limit":{},"later_left":{},"history":{},"node":{},"from_probation":{})",
                      e.observed, e.limit, e.later_left, e.history, e.node, e.from_probation);
  if (e.kind == EventKind::reason || e.seen != Sighting{})
    text += fmt::format(
        R"(,"seen":{{"first_ns":{},"last_ns":{},"observations":{},"adverse":{},"port":{},"source_port":{}}})",
        e.seen.first.ns, e.seen.last.ns, e.seen.observations, e.seen.adverse, e.seen.port, e.seen.source_port);
  return text + "}";
}

std::string to_json(const Command& c) {
  std::string text = fmt::format(R"({{"at_ns":{},"issuer":"{}","kind":"{}","account":{})", c.at.ns, name_of(c.issuer),
                                 name_of(c.kind), c.account.value);
  if (c.kind == CommandKind::choose || c.choice != Choice::none)
    text += fmt::format(R"(,"choice":"{}")", name_of(c.choice));
  if (c.kind == CommandKind::bind || c.kind == CommandKind::release || c.prefix != Prefix{})
    text += fmt::format(R"(,"prefix":"{}")", to_text(c.prefix));
  if (c.kind == CommandKind::bind || c.line != LineId{}) text += fmt::format(R"(,"line":{})", c.line.value);
  if (c.kind == CommandKind::operator_release || c.release_reason != ReleaseReason{})
    text += fmt::format(R"(,"release_reason":"{}")", name_of(c.release_reason));
  if (c.kind == CommandKind::classify || c.account_class != AccountClass{})
    text += fmt::format(R"(,"account_class":"{}")", name_of(c.account_class));
  if (c.kind == CommandKind::report || c.step != 0) text += fmt::format(R"(,"step":{})", c.step);
  if (c.kind == CommandKind::report || c.port != 0) text += fmt::format(R"(,"port":{})", c.port);
  if (c.kind == CommandKind::popular || c.key != 0) text += fmt::format(R"(,"key":{})", c.key);
  return text + "}";
}

std::variant<Event, Problem> parse_event(std::string_view line) {
  return parse<Event>(line, [](Fields& f) {
    Event e;
    e.at = f.stamp("at_ns");
    e.account.value = f.number<std::uint32_t>("account");
    e.sequence = f.number<std::uint32_t>("sequence");
    f.named("kind", e.kind);
    f.named("state", e.state);
    if (f.has("channel")) f.named("channel", e.channel);
    e.observed = f.number<std::int64_t>("observed");
    e.limit = f.number<std::int64_t>("limit");
    e.later_left = f.number<std::uint8_t>("later_left");
    e.history = f.number<std::uint8_t>("history");
    e.node = f.number<std::uint16_t>("node");
    e.from_probation = f.truth("from_probation");
    if (f.has("seen")) {
      Fields seen(f.at("seen"));
      e.seen = {seen.stamp("first_ns"),
                seen.stamp("last_ns"),
                seen.number<std::uint32_t>("observations"),
                seen.number<std::uint32_t>("adverse"),
                seen.number<std::uint16_t>("port"),
                seen.number<std::uint16_t>("source_port")};
      seen.finish();
    }
    return e;
  });
}

std::variant<Command, Problem> parse_command(std::string_view line) {
  return parse<Command>(line, [](Fields& f) {
    Command c;
    c.at = f.stamp("at_ns");
    f.named("issuer", c.issuer);
    f.named("kind", c.kind);
    c.account.value = f.number<std::uint32_t>("account");
    if (f.has("choice")) f.named("choice", c.choice);
    if (f.has("prefix")) {
      const std::string text = f.word("prefix");
      const auto prefix = parse_prefix(text);
      if (!prefix) throw std::runtime_error("'prefix' is '" + text + "', which is no prefix");
      c.prefix = *prefix;
    }
    if (f.has("line")) c.line.value = f.number<std::uint64_t>("line");
    if (f.has("release_reason")) f.named("release_reason", c.release_reason);
    if (f.has("account_class")) f.named("account_class", c.account_class);
    if (f.has("step")) c.step = f.number<Score>("step");
    if (f.has("port")) c.port = f.number<std::uint16_t>("port");
    if (f.has("key")) c.key = f.number<std::uint64_t>("key");
    return c;
  });
}

std::optional<Problem> each_event(const std::filesystem::path& path, const std::function<void(const Event&)>& visit) {
  return each_line<Event>(path, parse_event, visit);
}
std::variant<std::vector<Event>, Problem> read_events(const std::filesystem::path& path) {
  return read_lines<Event>(path, parse_event);
}
std::variant<std::vector<Command>, Problem> read_commands(const std::filesystem::path& path) {
  return read_lines<Command>(path, parse_command);
}

}  // namespace lazaret
