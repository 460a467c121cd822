// A summary as what the report's template asks for: text only; the template escapes it.
// Ownership: each adds to the page it is given. Threads: pure.
#pragma once

#include <kainjow/mustache.hpp>

#include "analysis/summary.hpp"

namespace lazaret {

using PageData = kainjow::mustache::data;

void add_findings(PageData& page, const Summary&, const Run&);  ///< title, headline, cards, the article's points
void add_detection(PageData& page, const Summary&);             ///< who was caught, missed, wrongly held
void add_services(PageData& page, const Summary&);
void add_harm(PageData& page, const Summary&, const Run&);
void add_people(PageData& page, const Summary&);
void add_league(PageData& page, const Summary&);                ///< the ISPs, where there are several
void add_evidence(PageData& page, const Summary&, const Run&);  ///< each quarantined account's story
void add_method(PageData& page, const Summary&, const Run&);    ///< method, limits, what repeating needs

/// "Infected (spam bots) from 03:12, cleaned at 21:40." for people.
[[nodiscard]] std::string truth_of(const AccountLine&);

}  // namespace lazaret
