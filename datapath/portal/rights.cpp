#include "datapath/portal/rights.hpp"

#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace lazaret::portal {

std::string give_up_rights(const std::string& user) {
  const rlimit no_core{0, 0};
  if (setrlimit(RLIMIT_CORE, &no_core) != 0 || prctl(PR_SET_DUMPABLE, 0) != 0)
    return std::string("core files cannot be switched off: ") + std::strerror(errno);
  if (!user.empty()) {
    const passwd* who = getpwnam(user.c_str());
    if (who == nullptr) return "there is no user '" + user + "'; make one (adduser --system --group " + user + ")";
    const uid_t uid = who->pw_uid;
    const gid_t gid = who->pw_gid;
    if (initgroups(user.c_str(), gid) != 0 || setresgid(gid, gid, gid) != 0 || setresuid(uid, uid, uid) != 0)
      return "cannot become '" + user + "' (" + std::strerror(errno) + "); start as root or leave 'user' out";
    if (uid != 0 && setuid(0) == 0) return "the rights of root came back: this kernel does not let them go";
    if (prctl(PR_SET_DUMPABLE, 0) != 0) return std::strerror(errno);
  } else if (geteuid() == 0) {
    return "as root the portal wants a 'user' to become";
  }
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return std::strerror(errno);
  return {};
}

}  // namespace lazaret::portal
