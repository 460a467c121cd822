// The console's pages, from what the daemon said: one template with a section for each page.
// Ownership: values. Threads: const, any.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "datapath/console/access.hpp"
#include "datapath/console/audit.hpp"
#include "datapath/console/daemon.hpp"

namespace lazaret::console {

/// Who looks, and what is said above the page.
struct View {
  const Person& person;
  const std::string& csrf;
  std::string note;
  bool bad = false;
  std::int64_t now_s = 0;
};

class Pages {
 public:
  explicit Pages(std::string isp) : isp_(std::move(isp)) {}
  [[nodiscard]] std::string log_in(const std::string& note) const;
  [[nodiscard]] std::string overview(const View&, const Said& status) const;
  [[nodiscard]] std::string accounts(const View&, const Said& accounts) const;
  [[nodiscard]] std::string account(const View&, const std::string& number, const Said& account, const Said& events,
                                    const std::vector<AuditEntry>&) const;
  [[nodiscard]] std::string audit(const View&, const std::vector<AuditEntry>&) const;
  [[nodiscard]] std::string message(const View&, const std::string& text) const;

 private:
  std::string isp_;
};

/// "2026-11-24 15:00:07 UTC".
[[nodiscard]] std::string time_text(std::int64_t unix_s);
/// "3 min", "5 h", "2 days".
[[nodiscard]] std::string age_text(std::int64_t seconds);

}  // namespace lazaret::console
