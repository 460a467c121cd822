// One HTTP request and its response, as the portal sees them; the library behind is in library.cpp alone.
// Ownership: values. Threads: none.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/address.hpp"

namespace lazaret::portal {

struct Request {
  IpAddress peer;                                  ///< who is connected; the line is known by nothing else
  std::string method, path;                        ///< the path without its query, percent signs undone
  std::map<std::string, std::string> query, form;  ///< the first of each name
  std::string body;                                ///< where it is no form
  std::map<std::string, std::string> headers;      ///< names in lower case; those that envelope.cpp lets through
  [[nodiscard]] std::string header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string() : found->second;
  }
};

struct Response {
  int status = 200;
  std::string type = "text/html; charset=utf-8", body;
  std::vector<std::pair<std::string, std::string>> headers;
};

}  // namespace lazaret::portal
