// One intent being carried out on a device: dialogues over links and ports, with a deadline. The kinds are made by the
// functions at the end, one for each intent (jobs_*.cpp). Jobs holds those under way.
// Ownership: held by Jobs until it has said how it went. Threads: the simulator's.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

#include "sim/dialogue/device.hpp"
#include "sim/population/intent.hpp"

namespace lazaret {

struct JobContext {
  Device& device;
  const Plan& plan;
  Clock& clock;
  Truthful truth;
  std::function<void(const Done&)> done;  ///< whoever holds the job lets go of it some time after this
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
  void look_up(const std::string& name, DnsType, bool use_cache, std::function<void(const Name&)> then);
  /// Replaces link_. False when the stack has no port for it.
  bool connect(IpAddress, std::uint16_t port, Link::Handlers);

  JobContext context_;
  std::shared_ptr<Link> link_;

 private:
  struct LookUp;
  void ask(const std::shared_ptr<LookUp>&);
  std::unique_ptr<DatagramPort> dns_;
  bool finished_ = false;
};

[[nodiscard]] std::shared_ptr<Job> make_job(JobContext, const Fetch&);
[[nodiscard]] std::shared_ptr<Job> make_job(JobContext, const MailCheck&);
[[nodiscard]] std::shared_ptr<Job> make_job(JobContext, const MailSend&);
[[nodiscard]] std::shared_ptr<Job> make_job(JobContext, const DirectMail&);
[[nodiscard]] std::shared_ptr<Job> make_job(JobContext, const Call&);
[[nodiscard]] std::shared_ptr<Job> make_job(JobContext, const Resolve&);
[[nodiscard]] std::shared_ptr<Job> make_job(JobContext, const Probe&);
[[nodiscard]] std::shared_ptr<Job> make_job(JobContext, const LoginGuess&);
[[nodiscard]] std::shared_ptr<Job> make_job(JobContext, const Burst&);
[[nodiscard]] std::shared_ptr<Job> make_job(JobContext, const PeerContact&);

/// The jobs under way: what a renderer does with an intent once it has found the device.
class Jobs {
 public:
  Jobs(const Plan& plan, Clock& clock) : plan_(plan), clock_(clock) {}
  void start(Device&, const Intent&, Behaviour, std::function<void(const Done&)>);
  [[nodiscard]] std::size_t under_way() const { return jobs_.size(); }
  /// Forgets them all, before what they talk over goes away.
  void clear() { jobs_.clear(); }

 private:
  const Plan& plan_;
  Clock& clock_;
  std::uint64_t next_ = 0;
  std::unordered_map<std::uint64_t, std::shared_ptr<Job>> jobs_;
};

}  // namespace lazaret
