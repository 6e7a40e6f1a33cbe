#include "capture/serial_options.h"

#include "decode/serial/settings_text.h"

#include <charconv>
#include <cstdlib>
#include <optional>

namespace buswitness::capture {

namespace {

bool is_baud(std::string_view word)
{
    constexpr std::uint32_t slowest = 50, fastest = 12'000'000;
    std::uint32_t baud = 0;
    const auto [end, problem] = std::from_chars(word.data(), word.data() + word.size(), baud);
    return problem == std::errc() && end == word.data() + word.size() && baud >= slowest && baud <= fastest;
}

// BAUD, FORMAT or BAUD,FORMAT, and nothing else.
std::optional<serial::LineSettings> exact_settings(std::string_view text)
{
    const std::size_t comma = text.find(',');
    const bool both = comma != std::string_view::npos, only_rate = !both && is_baud(text);
    const std::string_view rate = both || only_rate ? text.substr(0, comma) : std::string_view();
    const std::string_view format = both ? text.substr(comma + 1) : only_rate ? std::string_view() : text;
    serial::LineSettings settings;
    if (!only_rate) {
        const auto read = serial::settings_in(format);
        if (format.size() != 3 || !read)
            return std::nullopt;
        settings = *read;
        settings.baud = serial::LineSettings().baud;
    }
    if (both && !is_baud(rate))
        return std::nullopt;
    if (!rate.empty())
        (void)std::from_chars(rate.data(), rate.data() + rate.size(), settings.baud);
    return settings;
}

}  // namespace

Result<SerialOptions> serial_options(std::string_view words)
{
    const std::size_t comma = words.find(',');
    SerialOptions options;
    options.port = std::string(words.substr(0, comma));
    if (options.port.empty())
        return Error{"--serial needs a port", "", "such as --serial ttyUSB0; buswitness interfaces lists the ports"};
    if (comma == std::string_view::npos)
        return options;
    const std::string_view settings = words.substr(comma + 1);
    if (settings == "auto") {
        options.find_settings = true;
        return options;
    }
    const auto read = exact_settings(settings);
    if (!read)
        return Error{
            "--serial " + std::string(words) + " is not understood", "",
            "PORT,BAUD,FORMAT, such as ttyUSB0,19200,8E1: data bits 7 or 8, parity N, E or O, stop bits 1 or 2"};
    options.settings = *read;
    return options;
}

std::string device_path(const std::string &port)
{
    std::string path = port.find('/') == std::string::npos ? "/dev/" + port : port;
    if (!path.starts_with('/') && !path.starts_with('.'))
        path = "/dev/" + path;  // pts/3
    if (char *real = ::realpath(path.c_str(), nullptr)) {
        path = real;
        std::free(real);
    }
    return path;
}

std::string port_name(const std::string &port)
{
    return port.starts_with("/dev/") ? port.substr(5) : port;
}

}  // namespace buswitness::capture
