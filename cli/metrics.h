// The figures for Prometheus, answered over HTTP by threads of their own. Labels have few, fixed values.
#pragma once

#include "decode/base/result.h"
#include "decode/live/figures.h"

#include <array>
#include <memory>
#include <string>

namespace buswitness::cli {

class Metrics {
public:
    // "PORT", ":PORT" or "ADDRESS:PORT"; without an address only this machine can ask (127.0.0.1).
    static Result<std::unique_ptr<Metrics>> serve(const std::string &where);
    ~Metrics();

    // `findings` that hold now, by severity: notes, warnings, errors.
    void update(const live::Figures &figures, const std::array<std::size_t, 3> &findings);

    // In the text format, for tests.
    [[nodiscard]] std::string text() const;

private:
    class Snapshot;
    struct Server;
    Metrics();
    std::shared_ptr<Snapshot> snapshot_;
    std::unique_ptr<Server> server_;
};

std::string metrics_address(const std::string &where);

}  // namespace buswitness::cli
