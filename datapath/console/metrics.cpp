#include "datapath/console/metrics.hpp"

#include <fmt/format.h>

namespace lazaret::console {
namespace {

using nlohmann::json;

class Text {
 public:
  void head(std::string_view name, std::string_view type, std::string_view help) {
    name_ = name;
    out_ += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
  }
  void value(std::uint64_t number) { out_ += fmt::format("{} {}\n", name_, number); }
  /// Labels' values are the core's own names: nothing in them needs escaping.
  void value(std::string_view label, std::string_view which, std::uint64_t number) {
    out_ += fmt::format("{}{{{}=\"{}\"}} {}\n", name_, label, which, number);
  }
  void one(std::string_view name, std::string_view type, std::string_view help, std::uint64_t number) {
    head(name, type, help);
    value(number);
  }
  void by_name(std::string_view name, std::string_view type, std::string_view help, std::string_view label,
               const json& counts) {
    head(name, type, help);
    if (!counts.is_object()) return;
    for (const auto& [which, count] : counts.items()) value(label, which, count_in(counts, which.c_str()));
  }
  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  std::string name_, out_;
};

struct Plain {
  const char *key, *name, *type, *help;
};
constexpr Plain kPlain[] = {
    {"received", "lazaret_packets_received_total", "counter", "Packets that came in."},
    {"judged", "lazaret_packets_judged_total", "counter", "Packets that the core judged."},
    {"not_sent", "lazaret_packets_not_sent_total", "counter", "Packets lost because the outgoing port was full."},
    {"strange_port", "lazaret_packets_strange_port_total", "counter", "Packets from none of the three ports."},
    {"malformed", "lazaret_packets_malformed_total", "counter", "Packets that could not be read."},
    {"spoofed", "lazaret_packets_spoofed_total", "counter", "Packets with a source that is not the line's."},
    {"unbound", "lazaret_packets_unbound_total", "counter", "Packets of addresses that no account holds."},
    {"events_lost", "lazaret_events_lost_total", "counter", "Events lost because the control core was too slow."},
    {"evidence_lost", "lazaret_evidence_lost_total", "counter", "Observations lost because a table was full."},
    {"connections_dropped", "lazaret_connections_dropped_total", "counter", "Connections that flooded a socket."},
    {"log_octets", "lazaret_log_bytes", "gauge", "Size of the daemon's log."},
    {"replayed", "lazaret_log_replayed_records", "gauge", "Records replayed when the daemon began."},
};

}  // namespace

std::string metrics_text(const Said& status, const OwnFigures& own) {
  Text text;
  const auto* s = std::get_if<json>(&status);
  text.one("lazaret_up", "gauge", "Whether the daemon answers.", s != nullptr);
  if (s != nullptr) {
    text.head("lazaret_packets_total", "counter", "Packets by what became of them.");
    for (const char* verdict : {"passed", "gardened", "dropped", "answered", "unanswered"})
      text.value("verdict", verdict, count_in(*s, verdict));
    for (const Plain& p : kPlain) text.one(p.name, p.type, p.help, count_in(*s, p.key));
    text.one("lazaret_fuse_blown", "gauge", "Whether the fuse holds new quarantines back.", true_in(*s, "fuse_blown"));
    text.one("lazaret_enforcing", "gauge", "0 while the kill switch is thrown.", true_in(*s, "enforcing"));
    text.one("lazaret_storage_failed", "gauge", "Whether the disk failed: no decision is taken any more.",
             part_of(*s, "problem").is_string());
    text.by_name("lazaret_accounts", "gauge", "Accounts that are not clear, by state.", "state",
                 part_of(*s, "accounts"));
    text.by_name("lazaret_events_total", "counter", "Events since the daemon began, by kind.", "kind",
                 part_of(*s, "events"));
    text.by_name("lazaret_reasons_total", "counter", "Reasons for decisions since the daemon began, by detector.",
                 "channel", part_of(*s, "reasons"));
  }
  text.one("lazaret_console_refused_tokens_total", "counter", "Tokens that nobody holds.", own.refused_tokens);
  text.one("lazaret_console_sessions", "gauge", "Browsers that are signed in.", own.sessions);
  text.head("lazaret_console_actions_total", "counter", "Actions by how they ended.");
  text.value("outcome", "done", own.done);
  text.value("outcome", "failed", own.failed);
  return text.take();
}

}  // namespace lazaret::console
