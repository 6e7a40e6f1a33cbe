#!/usr/bin/env bash
# release_build.sh PROGRAM SOURCE BUILD - builds what users run (preset "release": optimised, sources in batches, where
# two helpers of one name meet) without a warning, and holds its reports against the samples.
set -euo pipefail
source=$2
build=$3

cmake -S "$source" --preset release -B "$build" -DBUILD_TESTING=OFF -DBUSWITNESS_WERROR=ON >/dev/null
cmake --build "$build" --target buswitness -- --quiet
exec "$(dirname "${BASH_SOURCE[0]}")/samples.sh" "$build/cli/buswitness" "$source/samples"
