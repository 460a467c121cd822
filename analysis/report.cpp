#include "analysis/report.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>
#include <utility>

#include "analysis/report/facts.hpp"
#include "analysis/report/pictures.hpp"
#include "analysis/report/resources.hpp"

namespace lazaret {

namespace mustache = kainjow::mustache;

namespace {

/// For HTML, in text and in quoted attributes; a number stays on one line with its per cent sign.
std::string escaped(const std::string& text) {
  std::string safe;
  safe.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    switch (text[i]) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '"':
        safe += "&quot;";
        break;
      case '\'':
        safe += "&#39;";
        break;
      case ' ':
        safe += i + 1 < text.size() && text[i + 1] == '%' ? "&nbsp;" : " ";
        break;
      default:
        safe += text[i];
    }
  }
  return safe;
}

}  // namespace

std::string render_report(const Summary& summary, const Run& run) {
  mustache::data page(mustache::data::type::object);
  add_findings(page, summary, run);
  add_detection(page, summary);
  add_services(page, summary);
  add_harm(page, summary, run);
  add_people(page, summary);
  add_league(page, summary);
  add_evidence(page, summary, run);
  add_method(page, summary, run);
  page.set("style", std::string(resource::style()));
  page.set("scripts", std::string(resource::scripts()));
  page.set("d3", std::string(resource::d3()));
  page.set("d3_notice", std::string(resource::d3_notice()));
  page.set("data", picture_data(summary, run));
  mustache::mustache form(std::string(resource::page()));
  form.set_custom_escape(escaped);
  return form.render(page);
}

std::optional<Problem> write_report(const Summary& summary, const Run& run, const std::filesystem::path& file) {
  const std::string page = render_report(summary, run);
  std::filesystem::path half = file;
  half += ".part";
  errno = 0;
  std::ofstream out(half, std::ios::binary | std::ios::trunc);
  out.write(page.data(), static_cast<std::streamsize>(page.size()));
  out.close();
  std::error_code error;
  if (!out) {
    const int cause = errno;
    std::filesystem::remove(half, error);
    return Problem{file.string() + ": the report cannot be written (" + std::strerror(cause) +
                   "); name another place with --out"};
  }
  std::filesystem::rename(half, file, error);
  if (!error) return std::nullopt;
  const std::string cause = error.message();
  std::filesystem::remove(half, error);
  return Problem{file.string() + ": the report cannot be put in place (" + cause + "); name another place with --out"};
}

std::variant<std::filesystem::path, Problem> write_report(const std::filesystem::path& run_directory,
                                                          std::optional<std::filesystem::path> out) {
  auto loaded = load_run(run_directory, Events::telling);
  if (auto* problem = std::get_if<Problem>(&loaded)) return std::move(*problem);
  const Run& run = std::get<Run>(loaded);
  std::filesystem::path file = out.value_or(default_report_path(run_directory));
  if (auto problem = write_report(summarize(run), run, file)) return std::move(*problem);
  return file;
}

std::filesystem::path default_report_path(const std::filesystem::path& run_directory) {
  return run_directory / "report.html";
}

}  // namespace lazaret
