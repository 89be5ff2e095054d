#!/bin/bash
# Prints where apache/docs/*.json differ from the tables in the code (make docs), and what is wrong with them.
set -euo pipefail
cd "$(dirname "$0")/../.."
node tests/reference/documents.mjs check
bash tests/node_modules.sh
node tests/reference/documents.mjs validate
