#!/bin/bash
# A RUSTC_WRAPPER that instruments for libFuzzer what is looked for, and nothing else: our crates, with debug assertions,
# and the readers of Parquet, JSON, TOML, CSV and deflate. All of Arrow instrumented takes longer to build than to search.
rustc="$1"
shift
coverage=(
  -Cpasses=sancov-module
  -Cllvm-args=-sanitizer-coverage-level=4
  -Cllvm-args=-sanitizer-coverage-inline-8bit-counters
  -Cllvm-args=-sanitizer-coverage-pc-table
  -Cllvm-args=-sanitizer-coverage-trace-compares
)
checks=(-Cdebug-assertions=on -Coverflow-checks=on --cfg fuzzing)
crate=""
previous=""
for argument in "$@"; do
  [ "$previous" = "--crate-name" ] && crate="$argument"
  previous="$argument"
done
case "$* " in
  # What runs while building has no part in it.
  *" --target "*) ;;
  *) exec "$rustc" "$@" ;;
esac
case "$*" in
  *" fuzz_targets/"*) exec "$rustc" "$@" "${coverage[@]}" "${checks[@]}" ;;
esac
case "$crate" in
  kundresa_analyze) exec "$rustc" "$@" "${checks[@]}" ;;
  kundresa_*) exec "$rustc" "$@" "${coverage[@]}" "${checks[@]}" ;;
  parquet | serde_json | toml | toml_parser | csv_core | flate2 | miniz_oxide) exec "$rustc" "$@" "${coverage[@]}" ;;
esac
exec "$rustc" "$@"
