#include "capture/file_reader.h"

#include <utility>

namespace buswitness::capture {

namespace {

std::string cut_inside(std::string_view inside, std::size_t have, std::size_t wanted)
{
    return "the file ends inside a " + std::string(inside) + " (" + std::to_string(have) + " of " +
           std::to_string(wanted) + " octets)";
}

}  // namespace

FileReader::FileReader(InputStream input, std::string name) : input_(std::move(input))
{
    info_.name = std::move(name);
}

bool FileReader::stop_short(std::string_view inside, std::size_t wanted)
{
    if (std::string failure = input_.failure(); !failure.empty())
        return stop_damaged(std::move(failure));
    if (const std::size_t left = input_.window().size(); left > 0)
        return stop_damaged(cut_inside(inside, left, wanted));
    stopped_ = true;
    info_.complete = true;
    return false;
}

bool FileReader::stop_damaged(std::string damage)
{
    stopped_ = true;
    info_.complete = false;
    info_.damage = std::move(damage);
    info_.damage_offset = input_.offset();
    return false;
}

Error short_header(const InputStream &input, const std::string &name, std::string_view header, std::size_t wanted)
{
    std::string why = input.failure();
    if (why.empty())
        why = cut_inside(header, input.window().size(), wanted);
    return {cannot_read(name), std::move(why), "save or transfer the file again"};
}

}  // namespace buswitness::capture
