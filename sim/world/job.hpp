// One intent being carried out on a device: dialogs over links and ports, with a deadline. The kinds are made by the
// functions at the end, one for each intent (jobs_*.cpp).
// Ownership: held by the renderer until it has said how it went. Threads: the simulator's.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "sim/population/intent.hpp"
#include "sim/world/stack_renderer.hpp"
#include "sim/world/tcp_link.hpp"
#include "sim/world/udp_port.hpp"

namespace lazaret {

struct JobContext {
  StackDevice& device;
  const Plan& plan;
  Clock& clock;
  Truthful truth;
  std::function<void(const Done&)> done;  ///< the renderer lets go of the job some time after this
};

class Job : public std::enable_shared_from_this<Job> {
 public:
  explicit Job(JobContext context) : context_(std::move(context)) {}
  virtual ~Job();
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;
  virtual void start() = 0;

 protected:
  /// Once; whatever comes later is ignored.
  void finish(Done);
  void finish(Result r) { finish(Done{r, {}}); }
  [[nodiscard]] bool finished() const { return finished_; }
  /// The job ends like this unless it has ended before.
  void deadline(Duration, Result = Result::timeout);
  /// Calls `act` later, if the job is still going on.
  void later(Duration, std::function<void()> act);

  /// Asks the ISP's resolver (or the device's cache): three tries. Nothing: no answer, or no such record.
  struct Name {
    bool answered = false;
    std::optional<IpAddress> address;
    std::string exchanger;
  };
  void look_up(const std::string& name, std::uint16_t dns_type, bool use_cache, std::function<void(const Name&)> then);
  /// Replaces link_. False when the stack has no port for it.
  bool connect(IpAddress, std::uint16_t port, TcpLink::Handlers);

  JobContext context_;
  std::shared_ptr<TcpLink> link_;

 private:
  struct LookUp;
  void ask(const std::shared_ptr<LookUp>&);
  std::unique_ptr<UdpPort> dns_;
  bool finished_ = false;
};

[[nodiscard]] std::shared_ptr<Job> make_job(JobContext, const Fetch&);
[[nodiscard]] std::shared_ptr<Job> make_job(JobContext, const MailCheck&);
[[nodiscard]] std::shared_ptr<Job> make_job(JobContext, const MailSend&);
[[nodiscard]] std::shared_ptr<Job> make_job(JobContext, const DirectMail&);
[[nodiscard]] std::shared_ptr<Job> make_job(JobContext, const Call&);
[[nodiscard]] std::shared_ptr<Job> make_job(JobContext, const Resolve&);
[[nodiscard]] std::shared_ptr<Job> make_job(JobContext, const Probe&);

}  // namespace lazaret
