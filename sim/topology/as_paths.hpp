// Which way traffic goes between autonomous systems, and where to watch: the way of money (Gao, Rexford 2001): a route
// that a customer told is preferred to a peer's, that to a provider's; then the shortest; then the provider, peer or
// customer with the lowest number. Nobody carries traffic between two that both do not pay for it: no valleys.
// Ownership: values; Routes borrow nothing. Threads: any.
#pragma once

#include <optional>
#include <vector>

#include "sim/topology/as_graph.hpp"

namespace lazaret {

/// Routes of all to one AS.
class Routes {
 public:
  Routes(const AsGraph&, AsId to);
  /// From an AS to the destination, both included; empty where there is no way without a valley.
  [[nodiscard]] std::vector<AsId> path(AsId from) const;

 private:
  AsId to_;
  std::vector<std::optional<AsId>> next_;
};

/// No AS on it carries traffic for nothing: up, then across at most once, then down.
[[nodiscard]] bool valley_free(const AsGraph&, const std::vector<AsId>& path);

/// Share of traffic that passes, begins or ends at an AS: `sent` is what each sends (spam, scans), to ASes in proportion to
/// `taken`. What cannot get there is nobody's.
[[nodiscard]] std::vector<double> traffic_seen(const AsGraph&, const std::vector<double>& sent,
                                               const std::vector<double>& taken);
struct Watch {
  AsId as = 0;
  double seen = 0;  ///< share that this one and those before it see together
};
/// The best places to watch, one after the other: each adds most to what the earlier ones see (at least 63 % of what the
/// best set of that size would see: Nemhauser, Wolsey, Fisher 1978).
[[nodiscard]] std::vector<Watch> places_to_watch(const AsGraph&, const std::vector<double>& sent,
                                                 const std::vector<double>& taken, std::size_t places);

/// ASes without which some others could not reach each other at all.
[[nodiscard]] std::vector<AsId> cut_points(const AsGraph&);
/// Of shortest ways, whatever they cost (Brandes 2001); share of all pairs.
[[nodiscard]] std::vector<double> betweenness(const AsGraph&);

}  // namespace lazaret
