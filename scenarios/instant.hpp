// Dates as mails and reports write them, to Unix time. A time without its distance from UTC is no answer: an hour off,
// the address may have been somebody else's.
// Ownership: values. Threads: pure.
#pragma once

#include <optional>
#include <string_view>

#include "core/time.hpp"

namespace lazaret {

/// "Tue, 9 Oct 2007 14:03:20 +0200 (CEST)": RFC 5322, with the obsolete years and zones of its section 4.3; also the
/// order "Oct  9 2007 14:03:20 +0200" that X-ARF senders use.
[[nodiscard]] std::optional<Timestamp> parse_mail_date(std::string_view);

/// "2007-10-09T14:03:20.5+02:00", "2007-10-09 12:03Z": ISO 8601, extended form, down to nanoseconds, with an offset.
[[nodiscard]] std::optional<Timestamp> parse_iso_date(std::string_view);

}  // namespace lazaret
