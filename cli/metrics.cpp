#include "cli/metrics.h"

#include <prometheus/collectable.h>
#include <prometheus/exposer.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <exception>
#include <mutex>

namespace buswitness::cli {

namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

struct Sample {
    std::string label_value;
    double value = 0;
};

MetricFamily family(std::string name, std::string help, MetricType type, const std::string &label,
                    const std::vector<Sample> &samples)
{
    MetricFamily made{std::move(name), std::move(help), type, {}};
    for (const Sample &sample : samples) {
        ClientMetric metric;
        if (!label.empty())
            metric.label.push_back({label, sample.label_value});
        if (type == MetricType::Counter)
            metric.counter.value = sample.value;
        else
            metric.gauge.value = sample.value;
        made.metric.push_back(std::move(metric));
    }
    return made;
}

MetricFamily counter(std::string name, std::string help, std::uint64_t value)
{
    return family(std::move(name), std::move(help), MetricType::Counter, "", {{"", static_cast<double>(value)}});
}

// Bounds where the histogram's own buckets end: powers of two of nanoseconds, 0.26 ms to 17 s.
MetricFamily response_times(const Histogram &times)
{
    MetricFamily made{
        "buswitness_response_time_seconds", "Time from a Modbus request to its response", MetricType::Histogram, {}};
    ClientMetric metric;
    metric.histogram.sample_count = times.count();
    metric.histogram.sample_sum = times.estimated_sum_seconds();
    for (unsigned power = 18; power <= 34; ++power) {
        const Duration bound(std::int64_t{1} << power);
        metric.histogram.bucket.push_back({times.count_below(bound), seconds(bound)});
    }
    metric.histogram.bucket.push_back({times.count(), std::numeric_limits<double>::infinity()});
    made.metric.push_back(std::move(metric));
    return made;
}

void rise(std::uint64_t &shown, std::uint64_t now)
{
    shown = std::max(shown, now);  // counters never fall, not even when an answer came after all
}

}  // namespace

class Metrics::Snapshot final : public prometheus::Collectable {
public:
    void update(const live::Figures &now, const std::array<std::size_t, 3> &findings)
    {
        const std::lock_guard lock(mutex_);
        rise(shown_.packets, now.packets);
        rise(shown_.dropped, now.dropped);
        rise(shown_.requests, now.requests);
        rise(shown_.answered, now.answered);
        rise(shown_.exceptions, now.exceptions);
        rise(shown_.no_response, now.no_response);
        rise(shown_.established, now.established);
        rise(shown_.refused, now.refused);
        rise(shown_.timed_out, now.timed_out);
        rise(shown_.unreachable, now.unreachable);
        shown_.open_connections = now.open_connections;
        shown_.response_times = now.response_times;
        findings_ = findings;
    }

    [[nodiscard]] std::vector<MetricFamily> Collect() const override
    {
        const std::lock_guard lock(mutex_);
        const live::Figures &f = shown_;
        const auto value = [](auto n) { return static_cast<double>(n); };
        return {
            counter("buswitness_packets_total", "Packets analysed", f.packets),
            counter("buswitness_dropped_packets_total", "Packets that the capturing host lost", f.dropped),
            counter("buswitness_modbus_requests_total", "Modbus requests seen", f.requests),
            family("buswitness_modbus_requests_ended_total", "Modbus requests by what became of them",
                   MetricType::Counter, "outcome",
                   {{"answered", value(f.answered)},
                    {"exception", value(f.exceptions)},
                    {"no_response", value(f.no_response)}}),
            family("buswitness_connection_attempts_total", "TCP connection attempts by what became of them",
                   MetricType::Counter, "outcome",
                   {{"established", value(f.established)},
                    {"refused", value(f.refused)},
                    {"timed_out", value(f.timed_out)},
                    {"unreachable", value(f.unreachable)}}),
            family("buswitness_open_connections", "TCP connections open now", MetricType::Gauge, "",
                   {{"", value(f.open_connections)}}),
            family("buswitness_findings", "Findings that hold now", MetricType::Gauge, "severity",
                   {{"note", value(findings_[0])}, {"warning", value(findings_[1])}, {"error", value(findings_[2])}}),
            response_times(f.response_times),
        };
    }

private:
    mutable std::mutex mutex_;
    live::Figures shown_;
    std::array<std::size_t, 3> findings_{};
};

struct Metrics::Server {
    explicit Server(const std::string &address) : exposer(address, 1) {}
    prometheus::Exposer exposer;
};

std::string metrics_address(const std::string &where)
{
    if (where.find(':') == std::string::npos)
        return "127.0.0.1:" + where;
    return where.front() == ':' ? "127.0.0.1" + where : where;
}

Metrics::Metrics() : snapshot_(std::make_shared<Snapshot>()) {}
Metrics::~Metrics() = default;

Result<std::unique_ptr<Metrics>> Metrics::serve(const std::string &where)
{
    std::unique_ptr<Metrics> metrics(new Metrics());
    try {
        metrics->server_ = std::make_unique<Server>(metrics_address(where));
        metrics->server_->exposer.RegisterCollectable(metrics->snapshot_);
    } catch (const std::exception &problem) {
        return Error{"cannot serve metrics on " + metrics_address(where), problem.what(),
                     "is the port free? --metrics ADDRESS:PORT"};
    }
    return metrics;
}

void Metrics::update(const live::Figures &figures, const std::array<std::size_t, 3> &findings)
{
    snapshot_->update(figures, findings);
}

std::string Metrics::text() const
{
    return prometheus::TextSerializer().Serialize(snapshot_->Collect());
}

}  // namespace buswitness::cli
