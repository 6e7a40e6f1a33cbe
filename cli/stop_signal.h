// Ctrl+C, SIGTERM and SIGHUP as a wish that a loop can see and wait for. One at a time in a process.
#pragma once

namespace buswitness::cli {

class StopSignal {
public:
    StopSignal();  // from now on these signals no longer end the program; a closed pipe is an error of write()
    ~StopSignal();
    StopSignal(const StopSignal &) = delete;
    StopSignal &operator=(const StopSignal &) = delete;

    [[nodiscard]] bool wished() const;
    [[nodiscard]] bool wished_twice() const;  // whoever asks again does not want to wait for a full pipe
    [[nodiscard]] int descriptor() const { return descriptor_; }  // readable once it is wished

private:
    int descriptor_;
};

}  // namespace buswitness::cli
