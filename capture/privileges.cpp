#include "capture/privileges.h"

#include <cap-ng.h>
#include <seccomp.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <pwd.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace buswitness::capture {

namespace {

// The user who called sudo; 0 when there is none.
unsigned long calling(const char *variable)
{
    const char *text = std::getenv(variable);
    if (text == nullptr || *text == '\0')
        return 0;
    char *end = nullptr;
    const unsigned long id = std::strtoul(text, &end, 10);
    return *end == '\0' && id < 0xFFFF'FFFE ? id : 0;
}

std::optional<Error> failed(const char *what)
{
    return Error{std::string("cannot ") + what, errno != 0 ? std::strerror(errno) : "", ""};
}

class Filter {
public:
    Filter() : context_(seccomp_init(SCMP_ACT_ALLOW)) {}
    ~Filter() { seccomp_release(context_); }
    Filter(const Filter &) = delete;
    Filter &operator=(const Filter &) = delete;

    void deny(std::initializer_list<int> calls)
    {
        for (const int call : calls)
            note(seccomp_rule_add(context_, refuse, call, 0));
    }
    void deny_on(int descriptor, std::initializer_list<int> calls)
    {
        for (const int call : calls)
            note(seccomp_rule_add(context_, refuse, call, 1,
                                  SCMP_A0(SCMP_CMP_EQ, static_cast<scmp_datum_t>(descriptor))));
    }
    // Of a serial port, whatever its descriptor: what sends a break or a flow control character, feigns input, or
    // raises RTS or DTR. Lowering them (TIOCMBIC) stays allowed.
    void deny_serial_sending()
    {
        for (const int request : {TIOCSBRK, TCSBRK, TCSBRKP, TCXONC, TIOCSTI, TIOCMBIS, TIOCMSET, TIOCSRS485})
            note(seccomp_rule_add(context_, refuse, SCMP_SYS(ioctl), 1,
                                  SCMP_A1(SCMP_CMP_MASKED_EQ, 0xffff'ffffU, static_cast<unsigned>(request))));
    }
    void deny_sockets_except_packet()
    {
        note(seccomp_rule_add(context_, refuse, SCMP_SYS(socket), 1, SCMP_A0(SCMP_CMP_EQ, AF_INET)));
        note(seccomp_rule_add(context_, refuse, SCMP_SYS(socket), 1, SCMP_A0(SCMP_CMP_EQ, AF_INET6)));
    }
    [[nodiscard]] bool load(bool all_threads)
    {
        note(seccomp_attr_set(context_, SCMP_FLTATR_CTL_TSYNC, all_threads ? 1 : 0));
        if (result_ == 0)
            note(seccomp_load(context_));
        errno = -result_;
        return result_ == 0;
    }

private:
    static constexpr std::uint32_t refuse = SCMP_ACT_ERRNO(EPERM);
    void note(int result)
    {
        if (result_ == 0 && result != 0 && result != -EDOM)  // EDOM: this architecture lacks the call
            result_ = result;
    }
    scmp_filter_ctx context_;
    int result_ = 0;
};

}  // namespace

std::optional<Error> keep_only_capture_right()
{
    const unsigned long user = calling("SUDO_UID");
    const unsigned long group = calling("SUDO_GID");
    const bool root = ::geteuid() == 0;
    capng_get_caps_process();
    if (capng_have_capability(CAPNG_PERMITTED, CAP_NET_RAW) == 0)
        return std::nullopt;  // nothing to keep; opening will say so
    const bool writes_anywhere = root && user == 0 && capng_have_capability(CAPNG_PERMITTED, CAP_DAC_OVERRIDE) != 0;
    capng_clear(CAPNG_SELECT_BOTH);
    capng_update(CAPNG_ADD, static_cast<capng_type_t>(CAPNG_EFFECTIVE | CAPNG_PERMITTED), CAP_NET_RAW);
    if (writes_anywhere)
        capng_update(CAPNG_ADD, static_cast<capng_type_t>(CAPNG_EFFECTIVE | CAPNG_PERMITTED), CAP_DAC_OVERRIDE);
    errno = 0;
    if (root && user != 0) {
        const bool has_groups = ::getpwuid(static_cast<uid_t>(user)) != nullptr;
        if (capng_change_id(static_cast<int>(user), static_cast<int>(group),
                            has_groups ? CAPNG_INIT_SUPP_GRP : CAPNG_DROP_SUPP_GRP) != 0)
            return failed("become the user who called sudo");
        return std::nullopt;
    }
    if (capng_apply(CAPNG_SELECT_CAPS) != 0)
        return failed("give up privileges");
    return std::nullopt;
}

std::optional<Error> drop_capture_right()
{
    capng_get_caps_process();
    const bool writes_anywhere = capng_have_capability(CAPNG_PERMITTED, CAP_DAC_OVERRIDE) != 0;
    capng_clear(CAPNG_SELECT_CAPS);
    if (writes_anywhere)
        capng_update(CAPNG_ADD, static_cast<capng_type_t>(CAPNG_EFFECTIVE | CAPNG_PERMITTED), CAP_DAC_OVERRIDE);
    errno = 0;
    if (capng_apply(CAPNG_SELECT_CAPS) != 0)
        return failed("give up the right to capture");
    return std::nullopt;
}

void drop_all_rights()
{
    capng_clear(CAPNG_SELECT_CAPS);
    (void)capng_apply(CAPNG_SELECT_CAPS);
}

std::optional<Error> deny_serial_sending()
{
    Filter filter;
    filter.deny_serial_sending();
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || !filter.load(true))
        return failed("restrict system calls");
    return std::nullopt;
}

std::optional<Error> deny_sending(const Sandbox &sandbox)
{
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return failed("restrict system calls");
    Filter everywhere;
    everywhere.deny({SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(ptrace), SCMP_SYS(process_vm_writev), SCMP_SYS(bpf),
                     SCMP_SYS(mount), SCMP_SYS(unshare), SCMP_SYS(setns), SCMP_SYS(init_module), SCMP_SYS(finit_module),
                     SCMP_SYS(kexec_load), SCMP_SYS(io_uring_setup)});
    everywhere.deny_serial_sending();
    for (const int descriptor : sandbox.packet_sockets)
        everywhere.deny_on(descriptor, {SCMP_SYS(sendto), SCMP_SYS(sendmsg), SCMP_SYS(sendmmsg), SCMP_SYS(write),
                                        SCMP_SYS(writev), SCMP_SYS(pwrite64), SCMP_SYS(pwritev), SCMP_SYS(pwritev2),
                                        SCMP_SYS(sendfile), SCMP_SYS(splice)});
    if (!everywhere.load(true))
        return failed("restrict system calls");
    Filter here;
    here.deny({SCMP_SYS(sendto), SCMP_SYS(sendmsg), SCMP_SYS(sendmmsg), SCMP_SYS(connect)});
    if (sandbox.may_reopen)
        here.deny_sockets_except_packet();
    else
        here.deny({SCMP_SYS(socket), SCMP_SYS(socketpair)});
    if (!here.load(!sandbox.serves))
        return failed("restrict system calls");
    return std::nullopt;
}

}  // namespace buswitness::capture
