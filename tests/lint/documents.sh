#!/bin/bash
# Prints where apache/docs/*.json differ from the tables in the code (make docs), and what is wrong with them.
set -euo pipefail
cd "$(dirname "$0")/../.."
node tests/reference/documents.mjs check
said=$(bash tests/node_modules.sh 2>&1) || { echo "$said" && exit 1; }
node tests/reference/documents.mjs validate
