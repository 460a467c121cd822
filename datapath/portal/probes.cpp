#include "datapath/portal/probes.hpp"

namespace lazaret::portal {
namespace {

constexpr std::string_view kHtml = "text/html", kText = "text/plain";
constexpr std::string_view kAppleBody = "<HTML><HEAD><TITLE>Success</TITLE></HEAD><BODY>Success</BODY></HTML>";
constexpr std::string_view kFirefoxPage =
    "<meta http-equiv=\"refresh\" content=\"0;url=https://support.mozilla.org/kb/captive-portal\"/>";

constexpr Probe kProbes[] = {
    {"Android", "connectivitycheck.gstatic.com", "/generate_204", 204, {}, {}},
    {"Android", "connectivitycheck.android.com", "/generate_204", 204, {}, {}},
    {"Android", "clients3.google.com", "/generate_204", 204, {}, {}},
    {"Android", "www.google.com", "/gen_204", 204, {}, {}},
    {"Android", "play.googleapis.com", "/generate_204", 204, {}, {}},
    {"Chromium", "www.gstatic.com", "/generate_204", 204, {}, {}},
    {"Chromium", "www.google.com", "/generate_204", 204, {}, {}},
    {"Chromium", "clients1.google.com", "/generate_204", 204, {}, {}},
    {"Apple", "captive.apple.com", "/", 200, kHtml, kAppleBody},
    {"Apple", "captive.apple.com", "/hotspot-detect.html", 200, kHtml, kAppleBody},
    {"Apple", "www.apple.com", "/library/test/success.html", 200, kHtml, kAppleBody},
    {"Windows", "www.msftconnecttest.com", "/connecttest.txt", 200, kText, "Microsoft Connect Test"},
    {"Windows", "ipv6.msftconnecttest.com", "/connecttest.txt", 200, kText, "Microsoft Connect Test"},
    {"Windows", "www.msftncsi.com", "/ncsi.txt", 200, kText, "Microsoft NCSI"},
    {"Firefox", "detectportal.firefox.com", "/success.txt", 200, kText, "success\n"},
    {"Firefox", "detectportal.firefox.com", "/canonical.html", 200, kHtml, kFirefoxPage},
    {"NetworkManager", "nmcheck.gnome.org", "/check_network_status.txt", 200, kText, "NetworkManager is online\n"},
    {"NetworkManager", "network-test.debian.org", "/nm", 200, kText, "NetworkManager is online\n"},
};

}  // namespace

std::span<const Probe> probes() { return kProbes; }

const Probe* find_probe(std::string_view host, std::string_view path) {
  for (const Probe& probe : kProbes)
    if (probe.host == host && probe.path == path) return &probe;
  return nullptr;
}

}  // namespace lazaret::portal
