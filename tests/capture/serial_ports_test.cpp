#include "capture/serial_ports.h"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <pty.h>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>

namespace buswitness::capture {
namespace {

namespace fs = std::filesystem;

// A folder that looks like /sys/class/tty and the devices behind it.
class SerialPortsTest : public testing::Test {
protected:
    SerialPortsTest()
    {
        std::string name = (fs::temp_directory_path() / "portsXXXXXX").string();
        folder = ::mkdtemp(name.data());
        fs::create_directories(folder / "class");
        fs::create_directories(folder / "dev");
    }
    ~SerialPortsTest() override { fs::remove_all(folder); }

    void write(const fs::path &path, std::string_view text) const
    {
        fs::create_directories((folder / path).parent_path());
        std::ofstream(folder / path) << text << '\n';
    }
    // With the device at `device`, whose driver is `driver`; without a device a virtual terminal.
    void port(const std::string &name, const std::string &device, const std::string &driver) const
    {
        fs::create_directories(folder / "class" / name);
        std::ofstream(folder / "dev" / name) << "";
        if (device.empty())
            return;
        fs::create_directories(folder / device);
        fs::create_directories(folder / "drivers" / driver);
        fs::create_directory_symlink(folder / device, folder / "class" / name / "device");
        if (!fs::exists(folder / device / "driver"))
            fs::create_directory_symlink(folder / "drivers" / driver, folder / device / "driver");
    }
    std::string told() const
    {
        std::string text;
        for (const SerialPort &one : serial_ports((folder / "class").string(), (folder / "dev").string()))
            text += fs::path(one.device).filename().string() + "|" + one.driver + "|" + one.description + "\n";
        return text;
    }

    fs::path folder;
};

TEST_F(SerialPortsTest, AreToldWithDriverAndUsbNames)
{
    port("ttyUSB10", "devices/usb1/1-2/1-2:1.0/ttyUSB10", "ch341-uart");
    write("devices/usb1/1-2/idVendor", "1a86");
    write("devices/usb1/1-2/idProduct", "7523");
    port("ttyUSB2", "devices/usb1/1-1/1-1:1.0/ttyUSB2", "ftdi_sio");
    write("devices/usb1/1-1/idVendor", "0403");
    write("devices/usb1/1-1/manufacturer", "FTDI");
    write("devices/usb1/1-1/product", "FT232R USB UART");
    write("devices/usb1/1-1/serial", "A50285BI");
    port("ttyS0", "devices/pnp0/00:03", "serial");
    write("class/ttyS0/type", "4");
    port("ttyS1", "devices/platform/serial8250", "serial8250");
    write("class/ttyS1/type", "0");  // the driver's entry for a port that is not there
    port("console", "", "");
    port("tty1", "", "");
    EXPECT_EQ(told(), "ttyS0|serial|\n"
                      "ttyUSB2|ftdi_sio|FTDI FT232R USB UART A50285BI\n"
                      "ttyUSB10|ch341-uart|1a86:7523\n");
}

TEST_F(SerialPortsTest, NoneIsNoFault)
{
    EXPECT_EQ(told(), "");
    EXPECT_TRUE(serial_ports((folder / "missing").string()).empty());
}

TEST(PortHolder, NamesTheProcessThatHasAPortOpen)
{
    int master = -1, slave = -1;
    std::string name(64, '\0');
    if (::openpty(&master, &slave, name.data(), nullptr, nullptr) != 0)
        GTEST_SKIP() << "no pseudo-terminals";
    name.resize(name.find('\0'));
    EXPECT_FALSE(holder_of(name)) << "this process itself is no other";
    int ready[2] = {-1, -1};
    ASSERT_EQ(::pipe(ready), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        ::close(master);  // who has the other end is the line, not a holder
        (void)!::write(ready[1], "x", 1);
        for (;;)
            ::pause();
    }
    char octet = 0;
    ASSERT_EQ(::read(ready[0], &octet, 1), 1);
    const auto holder = holder_of(name);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    ASSERT_TRUE(holder);
    EXPECT_EQ(holder->process, child);
    EXPECT_EQ(holder->name, "test_capture");
    EXPECT_FALSE(holder_of(name)) << "it has ended";
    for (const int descriptor : {master, slave, ready[0], ready[1]})
        ::close(descriptor);
}

TEST(PortHolder, WhoHoldsTheOtherEndOfAPseudoTerminalIsItsLine)
{
    int master = -1, slave = -1;
    std::string name(64, '\0');
    if (::openpty(&master, &slave, name.data(), nullptr, nullptr) != 0)
        GTEST_SKIP() << "no pseudo-terminals";
    name.resize(name.find('\0'));
    int ready[2] = {-1, -1};
    ASSERT_EQ(::pipe(ready), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        (void)!::write(ready[1], "x", 1);
        for (;;)
            ::pause();
    }
    char octet = 0;
    ASSERT_EQ(::read(ready[0], &octet, 1), 1);
    EXPECT_FALSE(holder_of(name));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    for (const int descriptor : {master, slave, ready[0], ready[1]})
        ::close(descriptor);
}

TEST(PortHolder, WhatIsNoDeviceHasNone)
{
    EXPECT_FALSE(holder_of("/dev/no-such-port"));
    EXPECT_FALSE(holder_of("/etc/passwd"));
    EXPECT_EQ(to_string({.process = 12, .name = "mini\033com", .lock = {}}), "mini\\x1bcom (process 12)");
    EXPECT_EQ(to_string({.process = 12, .name = "", .lock = "/var/lock/LCK..x"}),
              "a program (process 12, lock file /var/lock/LCK..x)");
}

TEST(TerminalDrivers, TellWhichNumbersAreTerminals)
{
    const std::string drivers = "/dev/tty             /dev/tty        5       0 system:/dev/tty\n"
                                "usbserial            /dev/ttyUSB   188 0-511 serial\n"
                                "UML serial line      /dev/ttyS       4      64 serial\n"
                                "pty_slave            /dev/pts      136 0-1048575 pty:slave\n";
    struct Row {
        unsigned major, minor;
        const char *more;
        std::optional<bool> listed;
    };
    const Row rows[] = {
        {188, 0, "", true},
        {188, 511, "", true},
        {188, 512, "", false},
        {4, 64, "", true},  // a name of three words
        {4, 65, "", false},
        {136, 7, "", true},
        {1, 3, "", false},  // /dev/null
        {1, 3, "a line of another kind\n", std::nullopt},
        {1, 3, "broken /dev/x 9 3+4 serial\n", std::nullopt},
        {188, 3, "a line of another kind\n", true},
    };
    for (const Row &row : rows) {
        std::istringstream list(row.more + drivers);
        EXPECT_EQ(listed_as_terminal(list, row.major, row.minor), row.listed) << row.major << ":" << row.minor;
    }
    std::istringstream nothing;
    EXPECT_EQ(listed_as_terminal(nothing, 188, 0), std::nullopt);
}

}  // namespace
}  // namespace buswitness::capture
