// What the programs share that make a capture from a script: their arguments, files and exit codes.
#pragma once

#include <exception>
#include <fstream>
#include <iostream>
#include <string_view>

namespace buswitness::lab {

// `capture_of(script)` gives the capture's octets, or throws what is wrong with the script. 0: done; 2: usage; 3: the
// script; 4: the capture, which is not touched before.
int script_to_capture(int argc, char **argv, std::string_view program, auto &&capture_of)
{
    if (argc != 3) {
        std::cerr << "usage: " << program << " SCRIPT CAPTURE\n";
        return 2;
    }
    std::ifstream in(argv[1], std::ios::binary);
    if (!in) {
        std::cerr << "cannot read " << argv[1] << "\n";
        return 3;
    }
    try {
        const auto octets = capture_of(in);
        std::ofstream out(argv[2], std::ios::binary);
        out.write(reinterpret_cast<const char *>(octets.data()), static_cast<std::streamsize>(octets.size()));
        out.close();
        if (!out) {
            std::cerr << "cannot write " << argv[2] << "\n";
            return 4;
        }
    } catch (const std::exception &error) {
        std::cerr << argv[1] << ": " << error.what() << "\n";
        return 3;
    }
    return 0;
}

}  // namespace buswitness::lab
