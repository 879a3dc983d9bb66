#!/usr/bin/env bash
# Includes point downwards only. Each folder may include itself and what its
# line names; nothing else. Prints each include that points elsewhere.
set -u
cd "$(dirname "$0")/.." || exit 1

declare -A below=(
  [lib/base]="base"
  [lib/model]="model base"
  [lib/document]="document base"
  [lib/store]="store model base"
  [lib/payment]="payment model base"
  [lib/booking]="booking document payment store model base"
  [lib/account]="account booking payment store document model base"
  [lib/views]="views model base"
  [lib/mail]="mail views document store booking model base"
  [lib/web]="web mail views account booking document store model base"
  [cgi-bin]="web mail views account booking document payment store model base"
  [db]="web mail account booking document payment store model base"
)

failed=0
for folder in "${!below[@]}"; do
  for file in "$folder"/*.[ch]; do
    while IFS=/ read -r part _; do
      case " ${below[$folder]} " in
        *" $part "*) ;;
        *) echo "$file includes $part/"; failed=1 ;;
      esac
    done < <(sed -n 's/^#include "\([a-z]*\/\)/\1/p' "$file")
  done
done

# SQLite's header belongs to the driver, SQL to the stores.
while read -r file; do
  case "$file" in
    lib/store/db_sqlite*) ;;
    *) echo "$file includes sqlite3.h"; failed=1 ;;
  esac
done < <(grep -l '#include <sqlite3.h>' lib/*/*.[ch] cgi-bin/*.[ch] db/*.[ch])
while read -r file; do
  case "$file" in
    lib/store/*) ;;
    *) echo "$file runs SQL"; failed=1 ;;
  esac
done < <(grep -lE 'db_(query|run)\(' lib/*/*.c cgi-bin/*.c db/*.c)

exit "$failed"
