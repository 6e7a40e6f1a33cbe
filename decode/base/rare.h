// A part that most records lack: it takes memory only where it exists; reading an absent one gives the default.
#pragma once

#include "decode/base/box.h"

namespace buswitness {

template <typename T>
class Rare {
public:
    [[nodiscard]] bool present() const { return value_ != nullptr; }
    const T &operator*() const { return value_ ? *value_ : absent; }
    const T *operator->() const { return &**this; }
    T &make()
    {
        if (!value_)
            value_ = std::make_unique<T>();
        return *value_;
    }

private:
    static inline const T absent{};
    Box<T> value_;
};

}  // namespace buswitness
