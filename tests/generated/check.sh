#!/bin/sh
# Type-checks the generated clients, and the files that use them, against the sources of @mizan/kernel and @mizan/react.
# Needs `npm ci` at the root of the repository.
set -eu
cd "$(dirname "$0")"
for target in typescript react; do
    ../../node_modules/.bin/tsc --project "tsconfig.$target.json"
    echo "tests/generated: the $target target type-checks"
done
