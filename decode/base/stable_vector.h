// A growing table whose elements never move: chunks of a power of two, so that an index costs a shift and a mask.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

namespace buswitness {

template <typename T, std::size_t Shift = 6>
class StableVector {
    static constexpr std::size_t chunk_size = std::size_t{1} << Shift;
    static constexpr std::size_t mask = chunk_size - 1;

public:
    StableVector() = default;
    StableVector(const StableVector &other) : size_(other.size_)
    {
        for (const auto &chunk : other.chunks_) {
            chunks_.push_back(std::make_unique<T[]>(chunk_size));
            std::copy_n(chunk.get(), std::min(chunk_size, size_ - (chunks_.size() - 1) * chunk_size),
                        chunks_.back().get());
        }
    }
    StableVector(StableVector &&) noexcept = default;
    StableVector &operator=(const StableVector &) = delete;
    StableVector &operator=(StableVector &&) noexcept = default;
    ~StableVector() = default;

    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] bool empty() const { return size_ == 0; }
    T &operator[](std::size_t i)
    {
        assert(i < size_);
        return chunks_.data()[i >> Shift].get()[i & mask];
    }
    const T &operator[](std::size_t i) const
    {
        assert(i < size_);
        return chunks_.data()[i >> Shift].get()[i & mask];
    }

    T &emplace_back()
    {
        if (size_ == chunks_.size() * chunk_size)
            chunks_.push_back(std::make_unique<T[]>(chunk_size));
        ++size_;
        return (*this)[size_ - 1];
    }

    template <typename Vector, typename Value>
    class Iterator {
    public:
        using iterator_category = std::forward_iterator_tag;
        using value_type = std::remove_const_t<Value>;
        using difference_type = std::ptrdiff_t;
        using pointer = Value *;
        using reference = Value &;
        Iterator() = default;
        Iterator(Vector *vector, std::size_t at) : vector_(vector), at_(at) {}
        Value &operator*() const { return (*vector_)[at_]; }
        Value *operator->() const { return &(*vector_)[at_]; }
        Iterator &operator++()
        {
            ++at_;
            return *this;
        }
        Iterator operator++(int)
        {
            Iterator old = *this;
            ++at_;
            return old;
        }
        bool operator==(const Iterator &) const = default;

    private:
        Vector *vector_ = nullptr;
        std::size_t at_ = 0;
    };
    auto begin() { return Iterator<StableVector, T>(this, 0); }
    auto end() { return Iterator<StableVector, T>(this, size_); }
    auto begin() const { return Iterator<const StableVector, const T>(this, 0); }
    auto end() const { return Iterator<const StableVector, const T>(this, size_); }

private:
    std::vector<std::unique_ptr<T[]>> chunks_;
    std::size_t size_ = 0;
};

}  // namespace buswitness
