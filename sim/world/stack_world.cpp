// The stack rendering: the whole network in ns-3, and ns-3's simulator around it.
#include <ns3/object-factory.h>
#include <ns3/simulator.h>

#include "sim/rendering.hpp"
#include "sim/world/isp.hpp"

namespace lazaret {
namespace {

// ns-3 keeps its simulator in globals; whatever way a run ends, it leaves them clean.
struct Simulation {
  Simulation() {
    ns3::ObjectFactory scheduler;
    scheduler.SetTypeId("ns3::PriorityQueueScheduler");
    ns3::Simulator::SetScheduler(scheduler);
  }
  ~Simulation() { ns3::Simulator::Destroy(); }
  Simulation(const Simulation&) = delete;
  Simulation& operator=(const Simulation&) = delete;
};

class StackWorld : public Rendering {
 public:
  StackWorld(const Scenario& scenario, const Plan& plan, const Limits& limits, RunWriter& writer, Gate gate)
      : isp_(std::make_unique<Isp>(scenario, plan, limits, writer, gate, wires_)) {}

  Clock& clock(unsigned) override { return isp_->clock(); }
  Renderer& renderer(unsigned) override { return isp_->renderer(); }
  void order(unsigned, Command command) override {
    command.at = isp_->clock().now() + Duration{1};
    isp_->core().submit(command);
  }
  std::uint64_t packets() const override { return isp_->core().judge().packets(); }
  std::uint64_t events() const override { return ns3::Simulator::GetEventCount(); }
  Counters counters() const override { return isp_->core().judge().counters(); }
  void write_passages(TruthWriter& truth) const override { isp_->core().judge().passages().write(truth); }
  std::uint64_t lost() const override { return isp_->lost(); }

  void run(Timestamp end, const std::function<bool()>& go_on) override {
    ns3::Simulator::Schedule(ns3::Seconds(1), &StackWorld::tick, this, std::cref(go_on));
    ns3::Simulator::Stop(ns3::NanoSeconds(end.ns));
    ns3::Simulator::Run();
    isp_->core().finish();
  }

 private:
  void tick(const std::function<bool()>& go_on) {
    isp_->core().tick();
    if (!go_on()) return ns3::Simulator::Stop();
    ns3::Simulator::Schedule(ns3::Seconds(1), &StackWorld::tick, this, std::cref(go_on));
  }
  Wires wires_;  // before the simulation: must outlive its last event
  Simulation simulation_;
  std::unique_ptr<Isp> isp_;
};

}  // namespace

std::unique_ptr<Rendering> make_stack(const Scenario& scenario, const Plan& plan, const Limits& limits,
                                      RunWriter& writer, const Gauge& gauge) {
  return std::make_unique<StackWorld>(scenario, plan, limits, writer, gauge.gate);
}

}  // namespace lazaret
