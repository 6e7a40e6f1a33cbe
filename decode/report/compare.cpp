#include "decode/report/compare.h"

#include "decode/diagnose/catalogue.h"
#include "decode/modbus/names.h"
#include "decode/report/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

namespace buswitness::report {

namespace {

using diagnose::Finding;
using Kind = Change::Kind;

constexpr std::size_t most_changes = 60;

// What makes two findings of two captures the same; ports of clients and moments differ from day to day.
using FindingKey =
    std::tuple<diagnose::FindingId, std::optional<Address>, std::optional<Endpoint>, std::optional<std::uint8_t>,
               std::optional<std::uint8_t>, std::optional<std::uint8_t>, std::string>;
using Findings = std::map<FindingKey, const Finding *>;

Findings faults_of(const Report &report)
{
    Findings faults;
    for (const Finding &f : report.findings)
        if (f.severity != diagnose::Severity::note && !about_the_capture(f.id))
            faults.emplace(FindingKey(f.id, f.client, f.server, f.unit, f.function_code, f.exception_code, f.line), &f);
    return faults;
}

std::string times_words(const Finding &finding)
{
    return finding.count == 1 ? "once" : fmt::format("{} times", finding.count);
}

class Comparer {
public:
    Comparer(const Report &before, const Report &now) : before_(before), now_(now) {}

    Comparison compared()
    {
        compare_findings();
        in_findings_ = false;
        compare_connections();
        compare_units();
        decide();
        if (result_.changes.size() > most_changes) {
            result_.left_out = result_.changes.size() - most_changes;
            result_.changes.resize(most_changes);
        }
        return std::move(result_);
    }

private:
    using UnitKey = std::tuple<Endpoint, std::string, std::uint8_t>;

    void add(std::string what, std::string before, std::string now, Kind kind)
    {
        result_.changes.push_back({std::move(what), std::move(before), std::move(now), kind, in_findings_});
    }

    void compare_findings()
    {
        const Findings earlier = faults_of(before_), later = faults_of(now_);
        for (const auto &[key, finding] : earlier) {
            const auto same = later.find(key);
            const bool remains = same != later.end() && !(same->second->recovered && !finding->recovered);
            ++(remains ? result_.faults_remaining : result_.faults_gone);
            untested_ |= !remains && !serves(*finding);
            add(title(*finding), times_words(*finding), same == later.end() ? "-" : times_words(*same->second),
                remains ? Kind::remains : Kind::gone);
        }
        for (const auto &[key, finding] : later) {
            if (earlier.contains(key))
                continue;
            ++result_.faults_new;
            add(title(*finding), "-", times_words(*finding), Kind::fresh);
        }
    }

    // What the fault was about is answered in this capture: a fault that is not there because nobody tried is not
    // fixed.
    [[nodiscard]] bool serves(const Finding &fault) const
    {
        return std::ranges::any_of(now_.units, [&fault](const UnitRow &unit) {
            const auto answers = [&fault](const UnitFunction &f) {
                return (!fault.function_code || f.function_code == *fault.function_code) && f.answered != 0;
            };
            return (!fault.server || unit.server.address == fault.server->address) &&
                   (fault.line.empty() || unit.line == fault.line) && (!fault.unit || unit.unit == *fault.unit) &&
                   unit.answered != 0 && (!fault.function_code || std::ranges::any_of(unit.functions, answers));
        });
    }

    void compare_connections()
    {
        const auto rows_of = [](const Report &report) {
            std::map<std::pair<Address, Endpoint>, const ConnectionRow *> rows;
            for (const ConnectionRow &row : report.connections)
                rows.emplace(std::pair(row.client, row.server), &row);
            return rows;
        };
        const auto words = [](const ConnectionRow &row) {
            return row.requests != 0 ? plural(row.requests, "request") : row.outcome;
        };
        const auto earlier = rows_of(before_), later = rows_of(now_);
        for (const auto &[key, row] : earlier)
            if (!later.contains(key))
                add(fmt::format("Client {} with {}", to_string(key.first), to_string(key.second)), words(*row), "-",
                    Kind::gone);
        for (const auto &[key, row] : later)
            if (!earlier.contains(key))
                add(fmt::format("Client {} with {}", to_string(key.first), to_string(key.second)), "-", words(*row),
                    Kind::fresh);
    }

    static std::map<UnitKey, const UnitRow *> units_of(const Report &report)
    {
        std::map<UnitKey, const UnitRow *> units;
        for (const UnitRow &unit : report.units)
            units.emplace(UnitKey(unit.server, unit.line + unit.transport, unit.unit), &unit);
        return units;
    }

    static std::string name(const UnitRow &unit) { return fmt::format("{} unit {}", where_of(unit), unit.unit); }

    void compare_units()
    {
        const auto earlier = units_of(before_), later = units_of(now_);
        for (const auto &[key, unit] : earlier) {
            const auto same = later.find(key);
            if (same == later.end())
                add(name(*unit), plural(unit->requests, "request"), "not asked", Kind::gone);
            else
                compare_unit(*unit, *same->second);
        }
        for (const auto &[key, unit] : later)
            if (!earlier.contains(key))
                add(name(*unit), "not asked", plural(unit->requests, "request"), Kind::fresh);
    }

    void compare_unit(const UnitRow &before, const UnitRow &now)
    {
        const std::uint64_t failed_before = before.exception + before.no_response,
                            failed_now = now.exception + now.no_response;
        const double share_before = share(failed_before, before.requests), share_now = share(failed_now, now.requests);
        if (std::abs(share_before - share_now) >= 0.01)
            add(name(before) + ": requests that failed", percent(failed_before, before.requests),
                percent(failed_now, now.requests), share_now < share_before ? Kind::better : Kind::worse);
        compare_times(before, now);
        compare_functions(before, now);
        // Half as often, or twice as often: the poll list was changed.
        if (before.interval_ms > 0 && now.interval_ms > 0 &&
            std::max(before.interval_ms, now.interval_ms) > 1.5 * std::min(before.interval_ms, now.interval_ms))
            add(name(before) + ": time between requests", figure_ms(before.interval_ms), figure_ms(now.interval_ms),
                Kind::changed);
    }

    void compare_times(const UnitRow &before, const UnitRow &now)
    {
        const auto compare_one = [&](std::string_view what, double earlier, double later) {
            constexpr double factor = 1.5, noticeable_ms = 2;
            if (std::max(earlier, later) > factor * std::min(earlier, later) &&
                std::abs(earlier - later) > noticeable_ms)
                add(fmt::format("{}: response time, {}", name(before), what), figure_ms(earlier), figure_ms(later),
                    later < earlier ? Kind::better : Kind::worse);
        };
        if (before.times.samples == 0 || now.times.samples == 0)
            return;
        compare_one("median", before.times.median, now.times.median);
        compare_one("95 %", before.times.p95, now.times.p95);
    }

    void compare_functions(const UnitRow &before, const UnitRow &now)
    {
        const auto asked = [](const UnitRow &unit, std::uint8_t code) {
            const auto found = std::ranges::find(unit.functions, code, &UnitFunction::function_code);
            return found == unit.functions.end() ? 0 : found->requests;
        };
        const auto tell = [&](std::uint8_t code) {
            const std::uint64_t earlier = asked(before, code), later = asked(now, code);
            if ((earlier == 0) == (later == 0))
                return;
            add(fmt::format("{}: function {} {}", name(before), code, modbus::function_name(code)),
                earlier == 0 ? "not asked" : plural(earlier, "request"),
                later == 0 ? "not asked" : plural(later, "request"), later == 0 ? Kind::gone : Kind::fresh);
        };
        for (const UnitFunction &f : before.functions)
            tell(f.function_code);
        for (const UnitFunction &f : now.functions)
            if (asked(before, f.function_code) == 0)
                tell(f.function_code);
    }

    static double share(std::uint64_t part, std::uint64_t whole)
    {
        return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
    }

    void decide()
    {
        using enum Comparison::Outcome;
        result_.shown_to_work = !untested_ && now_.totals.requests.answered != 0;
        if (result_.faults_remaining != 0)
            result_.outcome = not_fixed;
        else if (result_.faults_new != 0)
            result_.outcome = changed;
        else if (result_.faults_gone != 0)
            result_.outcome = result_.shown_to_work ? fixed : changed;
        else
            result_.outcome = result_.changes.empty() ? same : changed;
    }

    const Report &before_;
    const Report &now_;
    Comparison result_;
    bool in_findings_ = true;
    bool untested_ = false;  // a fault is gone, but nothing it was about is answered
};

}  // namespace

Comparison compare(const Report &before, const Report &now)
{
    return Comparer(before, now).compared();
}

std::string_view to_string(Comparison::Outcome outcome)
{
    switch (outcome) {
    case Comparison::Outcome::fixed: return "fixed";
    case Comparison::Outcome::not_fixed: return "not-fixed";
    case Comparison::Outcome::changed: return "changed";
    case Comparison::Outcome::same: return "same";
    }
    return {};
}

std::string_view to_string(Change::Kind kind)
{
    switch (kind) {
    case Kind::fresh: return "new";
    case Kind::gone: return "gone";
    case Kind::remains: return "remains";
    case Kind::better: return "better";
    case Kind::worse: return "worse";
    case Kind::changed: return "changed";
    }
    return {};
}

std::string comparison_verdict(const Comparison &c)
{
    switch (c.outcome) {
    case Comparison::Outcome::fixed:
        return fmt::format("Fixed: {} of the earlier capture is gone, none is new, and requests are answered.",
                           c.faults_gone == 1 ? std::string("the fault")
                                              : fmt::format("each of the {} faults", c.faults_gone));
    case Comparison::Outcome::not_fixed:
        return fmt::format("Not fixed: {} of the earlier capture {} still there{}.",
                           plural(c.faults_remaining, "fault"), c.faults_remaining == 1 ? "is" : "are",
                           c.faults_new == 0 ? "" : fmt::format(", and {} new", c.faults_new));
    case Comparison::Outcome::changed:
        if (c.faults_new != 0)
            return fmt::format("Changed: {} that the earlier capture does not have{}.", plural(c.faults_new, "fault"),
                               c.faults_gone == 0 ? ""
                                                  : fmt::format("; {} of it gone", plural(c.faults_gone, "fault")));
        if (c.faults_gone != 0 && !c.shown_to_work)
            return "Changed: the earlier faults are not seen here, but no answered request to the same server and unit "
                   "shows "
                   "that it works either.";
        return "Changed: no fault is new, but something else differs.";
    case Comparison::Outcome::same: return "The same: no fault is new or gone, and nothing else differs noticeably.";
    }
    return {};
}

}  // namespace buswitness::report
