// One output of a recording: a new file, a pipe or device, or standard output. What was not handed over whole is taken
// back, so that a file ends with a whole record whatever happens.
#pragma once

#include "decode/base/bytes.h"
#include "decode/base/result.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace buswitness::capture {

class OutputFile {
public:
    // "-" is standard output. A new file gets mode 0600; no link is followed. An existing one is refused unless
    // `overwrite`: then it is replaced at once by the new, still empty one. Devices and pipes are written to.
    static Result<std::unique_ptr<OutputFile>> create(const std::string &name, bool overwrite);
    ~OutputFile();
    OutputFile(const OutputFile &) = delete;
    OutputFile &operator=(const OutputFile &) = delete;

    // All octets, or the number that a file took before the failure. While a pipe is full, `give_up` is asked every
    // 100 ms; true ends the waiting.
    std::size_t write(Bytes octets, const std::function<bool()> &give_up);
    [[nodiscard]] const std::optional<Error> &failure() const { return failure_; }
    [[nodiscard]] bool reader_gone() const { return reader_gone_; }  // of a pipe: it has had enough
    // Takes back what was written beyond `size`, where that is possible.
    void cut(std::uint64_t size);
    // Network file systems and quotas tell some failures only here.
    void close();
    // The file has been deleted, or another was put in its place, by somebody else.
    [[nodiscard]] bool vanished() const;
    void remove();
    [[nodiscard]] const std::string &name() const { return name_; }
    [[nodiscard]] bool regular() const { return regular_; }  // no pipe or device
    [[nodiscard]] int descriptor() const { return descriptor_; }

private:
    OutputFile(std::string name, int descriptor, bool regular)
        : name_(std::move(name)), descriptor_(descriptor), regular_(regular)
    {
    }
    [[nodiscard]] bool wait_until_writable(const std::function<bool()> &give_up);
    void fail(int reason);

    std::string name_;
    int descriptor_;
    bool regular_;
    std::optional<Error> failure_;
    bool reader_gone_ = false;
};

}  // namespace buswitness::capture
