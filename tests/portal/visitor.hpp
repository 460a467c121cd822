// A subscriber's browser for tests: fills in the page's form as a person would, over whatever carries its requests.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "datapath/portal/config.hpp"
#include "datapath/portal/message.hpp"

namespace lazaret::portal {

inline constexpr char kHost[] = "portal.isp.example";

/// A configuration that needs no file: links to hosts inside and outside of what the garden lets through.
[[nodiscard]] Config test_config();

/// The value of an attribute after a mark in a page: between("name=\"token\" value=\"", "\"").
[[nodiscard]] std::string between(const std::string& page, const std::string& after, const std::string& before);

/// The number of the word that a page's English question asks for.
[[nodiscard]] std::string right_answer(const std::string& page);
/// Another one.
[[nodiscard]] std::string wrong_answer(const std::string& page);

[[nodiscard]] Request get(const std::string& peer, const std::string& path, const std::string& host = kHost);
/// What a browser sends when `choice` is picked on the page and the question answered.
[[nodiscard]] Request post(const std::string& peer, const std::string& page, const std::string& choice);

}  // namespace lazaret::portal
