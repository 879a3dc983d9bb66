# For bats files about the operator's command, with data of each test's own.

campuspass() {
  "$BUILD/campuspass" "$@"
}

# campuspass with --data DATA.
cp_data() {
  campuspass --data "$DATA" "$@"
}

make_shop() {
  cp_data init >/dev/null
  cp_data demo >/dev/null
}
