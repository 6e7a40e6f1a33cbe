#include "decode/report/explain.h"

#include <gtest/gtest.h>

namespace buswitness::report {
namespace {

TEST(Explain, TellsMeaningProofAndNextSteps)
{
    const std::string text = explain(diagnose::row(diagnose::FindingId::tcp_wrong_port));
    EXPECT_TRUE(
        text.starts_with("tcp-wrong-port\n--------------\nerror: Wrong port: the server does not answer there"));
    for (const char *part : {"What it means", "What proves it", "What it must not be confused with",
                             "What would refute it", "More specific than", "Next steps\n  1. "})
        EXPECT_NE(text.find(part), std::string::npos) << part;
}

TEST(Explain, GivesTheExceptionCodes)
{
    const std::string text = explain(diagnose::row(diagnose::FindingId::modbus_exception));
    EXPECT_NE(text.find("Exception 2 (Illegal Data Address)"), std::string::npos);
}

TEST(Explain, HoldsTheWholeCatalogueInPlainText)
{
    const std::string text = explain_all();
    for (const diagnose::CatalogueRow &row : diagnose::catalogue())
        EXPECT_NE(text.find(std::string(row.name) + "\n---"), std::string::npos) << row.name;
    EXPECT_EQ(text.find_first_of("{}\x1b"), std::string::npos);
}

}  // namespace
}  // namespace buswitness::report
