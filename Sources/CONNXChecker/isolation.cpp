#include "isolation.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <exception>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

bool write_all(int descriptor, const char *bytes, size_t size) {
    while (size > 0) {
        ssize_t count = write(descriptor, bytes, size);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return false;
        bytes += count;
        size -= static_cast<size_t>(count);
    }
    return true;
}

std::string read_all(int descriptor) {
    std::string text;
    char buffer[1 << 16];
    for (;;) {
        ssize_t count = read(descriptor, buffer, sizeof buffer);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return text;
        text.append(buffer, static_cast<size_t>(count));
    }
}

connx_answer answer(connx_status status, const char *bytes, size_t size) {
    auto *data = static_cast<uint8_t *>(malloc(size > 0 ? size : 1));
    if (data == nullptr) return {CONNX_FAILED, nullptr, 0};
    memcpy(data, bytes, size);
    return {status, data, size};
}

connx_answer failure(const std::string &text) { return answer(CONNX_FAILED, text.data(), text.size()); }

/// What the library prints is nothing that the program says, and a crash of it leaves no core file.
void make_silent() {
    int nowhere = open("/dev/null", O_WRONLY);
    if (nowhere >= 0) {
        dup2(nowhere, STDOUT_FILENO);
        dup2(nowhere, STDERR_FILENO);
    }
    const struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    for (int signal_number : {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGPIPE}) signal(signal_number, SIG_DFL);
}

/// The child's life: the first byte it sends is the status, the rest is the text.
[[noreturn]] void work_and_exit(int descriptor, const std::function<std::string()> &work) {
    make_silent();
    char status = CONNX_DONE;
    std::string text;
    try {
        text = work();
    } catch (const std::exception &error) {
        status = CONNX_REFUSED;
        text = error.what();
    } catch (...) {
        status = CONNX_REFUSED;
        text = "unknown exception";
    }
    bool sent = write_all(descriptor, &status, 1) && write_all(descriptor, text.data(), text.size());
    _exit(sent ? 0 : 1);
}

}  // namespace

connx_answer run_isolated(const std::function<std::string()> &work) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return failure(std::string("pipe: ") + strerror(errno));
    pid_t child = fork();
    if (child < 0) {
        int code = errno;
        close(ends[0]);
        close(ends[1]);
        return failure(std::string("fork: ") + strerror(code));
    }
    if (child == 0) work_and_exit(ends[1], work);
    close(ends[1]);
    std::string received = read_all(ends[0]);
    close(ends[0]);
    int state = 0;
    while (waitpid(child, &state, 0) < 0 && errno == EINTR) {}
    if (WIFSIGNALED(state)) return failure(std::string("it crashed: ") + strsignal(WTERMSIG(state)));
    if (!WIFEXITED(state) || WEXITSTATUS(state) != 0 || received.empty()) return failure("it gave no answer");
    return answer(static_cast<connx_status>(received[0]), received.data() + 1, received.size() - 1);
}
