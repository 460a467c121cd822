// Mail: reading by POP3, sending by SMTP to the relay or straight to an exchanger.
#include <algorithm>
#include <charconv>

#include "sim/dialogue/dns_message.hpp"
#include "sim/dialogue/job.hpp"
#include "sim/dialogue/text_lines.hpp"

namespace lazaret {
namespace {

constexpr Duration kMailPatience = seconds(60);
constexpr std::uint16_t kPop3 = 110, kSmtp = 25, kSubmission = 587;

// A dialogue in lines with one server.
struct LineJob : Job {
  using Job::Job;
  virtual void line(std::string_view) = 0;

  void talk_to(const std::string& host, std::uint16_t port) {
    look_up(host, DnsType::a, true, [this, port](const Name& name) {
      if (!name.address) return finish(name.answered ? Result::failed : Result::timeout);
      const bool going = connect(*name.address, port,
                                 {[this] { connected = true; },
                                  [this](std::string_view octets) {
                                    lines.append(octets);
                                    while (const auto l = lines.next()) {
                                      if (!finished()) line(*l);
                                    }
                                  },
                                  [this](LinkEnd) { finish(connected ? Result::failed : Result::refused); }});
      if (!going) finish(Result::failed);
    });
  }
  TextLines lines;
  bool connected = false;
};

struct MailCheckJob : LineJob {
  MailCheckJob(JobContext context, MailCheck check) : LineJob(std::move(context)), what(std::move(check)) {}
  void start() override {
    deadline(kMailPatience);
    talk_to(what.host, kPop3);
  }

  void line(std::string_view text) override {
    if (in_mail) {
      if (text != ".") return;
      in_mail = false;
      return next_mail();
    }
    if (text.substr(0, 3) != "+OK") return finish(Result::failed);
    switch (step++) {
      case 0:
        return link_->send("USER subscriber\r\n");
      case 1:
        return link_->send("PASS secret\r\n");
      case 2:
        return link_->send("STAT\r\n");
      case 3:
        std::from_chars(text.data() + std::min<std::size_t>(4, text.size()), text.data() + text.size(), mails);
        return next_mail();
      default:
        break;
    }
    if (quitting) {
      link_->close();
      return finish(Result::ok);
    }
    in_mail = true;  // the answer to RETR
  }

  void next_mail() {
    if (read < mails) return link_->send("RETR " + std::to_string(++read) + "\r\n");
    quitting = true;
    link_->send("QUIT\r\n");
  }

  MailCheck what;
  int step = 0;
  unsigned mails = 0, read = 0;
  bool in_mail = false, quitting = false;
};

struct SmtpJob : LineJob {
  SmtpJob(JobContext context, std::uint32_t size) : LineJob(std::move(context)), octets(size) {}

  void line(std::string_view text) override {
    if (text.size() < 4) return finish(Result::failed);
    if (text[3] == '-') return;  // more of the same reply follows
    const char kind = text[0];
    if (quitting) {
      link_->close();
      return finish(accepted ? Result::ok : Result::failed);
    }
    if (kind != '2' && kind != '3') return quit();
    switch (step++) {
      case 0:
        return link_->send("EHLO client.example\r\n");
      case 1:
        return link_->send("MAIL FROM:<sender@client.example>\r\n");
      case 2:
        return link_->send("RCPT TO:<someone@" + recipient_domain + ">\r\n");
      case 3:
        return link_->send("DATA\r\n");
      case 4:
        return link_->send("Subject: hello\r\n\r\n" + body_text(octets) + ".\r\n");
      default:
        accepted = true;
        return quit();
    }
  }

  void quit() {
    quitting = true;
    link_->send("QUIT\r\n");
  }

  std::uint32_t octets;
  std::string recipient_domain = "friend.example";
  int step = 0;
  bool accepted = false, quitting = false;
};

struct MailSendJob : SmtpJob {
  MailSendJob(JobContext context, const MailSend& send) : SmtpJob(std::move(context), send.octets), relay(send.relay) {}
  void start() override {
    deadline(kMailPatience);
    // Some mail programs submit on 587, others still on 25.
    talk_to(relay, context_.device.home.account.value % 2 == 0 ? kSmtp : kSubmission);
  }
  std::string relay;
};

struct DirectMailJob : SmtpJob {
  DirectMailJob(JobContext context, const DirectMail& mail) : SmtpJob(std::move(context), mail.octets) {
    recipient_domain = mail.domain;
  }
  void start() override {
    deadline(kMailPatience);
    look_up(recipient_domain, DnsType::mx, true, [this](const Name& name) {
      if (name.exchanger.empty()) return finish(name.answered ? Result::failed : Result::timeout);
      talk_to(name.exchanger, kSmtp);
    });
  }
};

}  // namespace

std::shared_ptr<Job> make_job(JobContext context, const MailCheck& what) {
  return std::make_shared<MailCheckJob>(std::move(context), what);
}
std::shared_ptr<Job> make_job(JobContext context, const MailSend& what) {
  return std::make_shared<MailSendJob>(std::move(context), what);
}
std::shared_ptr<Job> make_job(JobContext context, const DirectMail& what) {
  return std::make_shared<DirectMailJob>(std::move(context), what);
}

}  // namespace lazaret
