// The world can be wrong (no permission, no such file): such failures travel as Error inside a Result.
// Traffic that is wrong is an ordinary value, never an Error.
#pragma once

#include <cassert>
#include <string>
#include <utility>
#include <variant>

namespace buswitness {

struct Error {
    std::string what;  // what could not be done
    std::string why;   // the reason as the system gave it
    std::string hint;  // what the user can do about it; may be empty
};

template <typename T>
class [[nodiscard]] Result {
public:
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

    [[nodiscard]] bool ok() const { return state_.index() == 0; }
    explicit operator bool() const { return ok(); }

    T &value() &
    {
        assert(ok());
        return *std::get_if<0>(&state_);
    }
    const T &value() const &
    {
        assert(ok());
        return *std::get_if<0>(&state_);
    }
    T &&value() &&
    {
        assert(ok());
        return std::move(*std::get_if<0>(&state_));
    }
    [[nodiscard]] const Error &error() const
    {
        assert(!ok());
        return *std::get_if<1>(&state_);
    }

private:
    std::variant<T, Error> state_;
};

}  // namespace buswitness
