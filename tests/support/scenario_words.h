// The words of one line of a scenario, read from left to right.
#pragma once

#include <cstddef>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace buswitness::test {

class Words {
public:
    explicit Words(const std::string &line) : line_(line)
    {
        std::istringstream stream(line.substr(0, line.find('#')));
        for (std::string word; stream >> word;)
            words_.push_back(word);
    }

    [[noreturn]] void fail(const std::string &why) const
    {
        throw std::runtime_error("scenario: " + why + ": " + line_);
    }

    [[nodiscard]] bool more() const { return at_ < words_.size(); }
    std::string next()
    {
        if (!more())
            fail("a word is missing");
        return words_[at_++];
    }
    bool next_is(std::string_view wanted)
    {
        if (!more() || words_[at_] != wanted)
            return false;
        ++at_;
        return true;
    }
    [[nodiscard]] bool next_has_only(std::string_view characters) const
    {
        return more() && words_[at_].find_first_not_of(characters) == std::string::npos;
    }
    int number() { return to_number(next()); }
    [[nodiscard]] int to_number(const std::string &text) const
    {
        try {
            std::size_t used = 0;
            const int value = std::stoi(text, &used, 0);
            if (used == text.size())
                return value;
        } catch (const std::exception &) {
        }
        fail("not a number: " + text);
    }
    [[nodiscard]] double to_seconds(const std::string &text) const
    {
        try {
            std::size_t used = 0;
            const double value = std::stod(text, &used);
            if (used == text.size())
                return value;
        } catch (const std::exception &) {
        }
        fail("not a time: " + text);
    }
    // Words that others are to read, after all that are left.
    void append(const std::vector<std::string> &words) { words_.insert(words_.end(), words.begin(), words.end()); }
    // The line behind `word`, as it is; nothing is left to read.
    std::string text_behind(const std::string &word)
    {
        at_ = words_.size();
        return line_.substr(line_.find(word) + word.size());
    }

private:
    std::string line_;
    std::vector<std::string> words_;
    std::size_t at_ = 0;
};

}  // namespace buswitness::test
