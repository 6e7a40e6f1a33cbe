// A part that lives outside its owner and is copied with it.
#pragma once

#include <memory>
#include <utility>

namespace buswitness {

template <typename T>
class Box : public std::unique_ptr<T> {
public:
    using std::unique_ptr<T>::unique_ptr;
    Box(std::unique_ptr<T> owned) : std::unique_ptr<T>(std::move(owned)) {}
    Box(const Box &other) : std::unique_ptr<T>(other ? std::make_unique<T>(*other) : nullptr) {}
    Box(Box &&) noexcept = default;
    Box &operator=(const Box &other)
    {
        if (this != &other)
            this->reset(other ? new T(*other) : nullptr);
        return *this;
    }
    Box &operator=(Box &&) noexcept = default;
    ~Box() = default;
};

}  // namespace buswitness
