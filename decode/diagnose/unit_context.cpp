#include "decode/diagnose/unit_context.h"

#include "decode/modbus/names.h"

namespace buswitness::diagnose {

std::vector<UnitView> units_of(const Context &context)
{
    std::vector<UnitView> views;
    for (const UnitView &view : units_anywhere(context))
        if (!view.on_line())
            views.push_back(view);
    return views;
}

std::vector<UnitView> units_anywhere(const Context &context)
{
    std::vector<UnitView> views;
    for (const UnitFacts &unit : context.facts.units)
        if (unit.pair != no_index && context.facts.pairs[unit.pair].modbus)
            views.push_back(
                {unit, context.facts.pairs[unit.pair], line_of(context.facts, context.facts.pairs[unit.pair])});
    return views;
}

Finding about_unit(FindingId id, Certainty certainty, By by, const UnitView &view)
{
    Finding finding = make(id, certainty, by, view.pair.client, view.pair.server);
    finding.unit = view.unit.unit;
    if (view.on_line()) {
        finding.client.reset();
        finding.server.reset();
        finding.line = name_of(*view.line);
    }
    return finding;
}

std::string function_words(std::uint8_t function)
{
    return "function " + std::to_string(function) + " (" + std::string(modbus::function_name(function)) + ")";
}

std::string address_words(std::uint16_t address, std::uint16_t quantity)
{
    std::string words = "address " + std::to_string(address);
    if (quantity > 1)
        words += " to " + std::to_string(address + quantity - 1);
    return words;
}

}  // namespace buswitness::diagnose
