// Stands in for libFuzzer where only the committed corpus is to be replayed: every file of the folders given, each
// also cut short and with single octets changed, the same way in every run.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size);

namespace {

namespace fs = std::filesystem;
using Octets = std::vector<std::uint8_t>;

constexpr int cuts = 24;
constexpr int changes = 96;

Octets content(const fs::path &path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void run(const Octets &octets)
{
    const Octets exact(octets);  // no spare capacity: reading past the end is seen
    LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

void replay(const Octets &seed)
{
    run(seed);
    if (seed.empty())
        return;
    std::mt19937 random(static_cast<std::uint32_t>(seed.size()));
    for (int i = 0; i < cuts; ++i)
        run({seed.begin(), seed.begin() + static_cast<std::ptrdiff_t>(random() % seed.size())});
    for (int i = 0; i < changes; ++i) {
        Octets changed = seed;
        constexpr std::uint8_t telling[] = {0x00, 0x01, 0x7f, 0x80, 0xff};
        std::uint8_t &octet = changed[random() % changed.size()];
        octet = i % 2 == 0 ? telling[random() % std::size(telling)] : static_cast<std::uint8_t>(random());
        run(changed);
    }
}

}  // namespace

int main(int argc, char **argv)
{
    std::vector<fs::path> files;
    for (int i = 1; i < argc; ++i)
        for (const fs::directory_entry &entry : fs::recursive_directory_iterator(argv[i]))
            if (entry.is_regular_file())
                files.push_back(entry.path());
    std::ranges::sort(files);
    for (const fs::path &file : files)
        replay(content(file));
    std::printf("%zu files, each with %d cuts and %d changes\n", files.size(), cuts, changes);
    return files.empty() ? 1 : 0;
}
