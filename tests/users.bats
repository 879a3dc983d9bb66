#!/usr/bin/env bats
# The operator's verbs for people, and the first admin (R6).

bats_require_minimum_version 1.5.0
load helper

setup() {
  export DATA="$BATS_TEST_TMPDIR/data"
  unset ADMIN_EMAIL ADMIN_USERNAME ADMIN_PASSWORD
}

# campuspass WORDS...: of the test's own data.
campuspass() {
  "$BUILD/campuspass" --data "$DATA" "$@"
}

# add USERNAME ROLE [PASSWORD]
add() {
  printf '%s\n' "${3:-vital kangaroo mops}" |
    campuspass user add --role "$2" --username "$1" --email "$1@Example.org" \
      --password-stdin
}

@test "R6 there is no admin and no account by default" {
  run campuspass init
  assert_success
  refute_output --partial admin
  campuspass demo
  run campuspass user list
  assert_success
  assert_output ""
}

@test "R6 the first admin comes from the environment, once" {
  ADMIN_EMAIL=Root@Example.org ADMIN_USERNAME=root \
    ADMIN_PASSWORD='vital kangaroo mops' run campuspass init
  assert_success
  assert_output --partial "root is the first admin"
  ADMIN_EMAIL=b@example.org ADMIN_USERNAME=second \
    ADMIN_PASSWORD='vital kangaroo mops' run campuspass init
  assert_success
  refute_output --partial second
  run campuspass user list
  assert_output "1  root  root@example.org  admin"
}

@test "R6 the first admin comes from the configuration, with a warning" {
  campuspass init
  cat >>"$DATA/campuspass.conf" <<'CONF'
admin_email = root@example.org
admin_username = root
admin_password = vital kangaroo mops
CONF
  run --separate-stderr campuspass migrate
  assert_success
  assert_output --partial "root is the first admin"
  [[ $stderr == *"remove admin_password"* ]]
  refute_output --partial kangaroo
  [[ $stderr != *kangaroo* ]]
  run campuspass user list
  assert_output --partial "root  root@example.org  admin"
}

@test "R6 a first admin with a weak password is refused" {
  ADMIN_EMAIL=root@example.org ADMIN_USERNAME=root ADMIN_PASSWORD=admin123 \
    run campuspass init
  assert_failure 1
  assert_output --partial "too easy to guess"
  run campuspass user list
  assert_output ""
}

@test "user add makes accounts of each role, proved from the start" {
  campuspass init
  for role in user door organiser admin; do
    run add "the-$role" "$role"
    assert_success
    assert_output "the-$role is added: $role"
  done
  run campuspass user list
  assert_line "2  the-door  the-door@example.org  door"
  assert_equal "$(sql "SELECT count(*) FROM user
    WHERE verified_at IS NOT NULL AND password_hash LIKE '\$argon2id\$%'")" 4
  run grep -r kangaroo "$DATA"
  assert_failure
}

@test "user add refuses what is taken, weak or not a role" {
  campuspass init
  add ada admin
  run add ADA user
  assert_failure 1
  assert_output --partial "User name is taken"
  run campuspass user add --role user --username other --password-stdin \
    --email ADA@example.org <<<"vital kangaroo mops"
  assert_failure 1
  assert_output --partial "Email is registered already"
  run add bert boss
  assert_failure 1
  assert_output --partial '"boss" is no role'
  run add bert visitor
  assert_failure 1
  run add bert user "password1"
  assert_failure 1
  assert_output --partial "too easy to guess"
  run add bert user $'two lines\nof password'
  assert_failure 1
  run add bert user "$(head -c 20000 /dev/zero | tr '\0' x)"
  assert_failure 1
  run bash -c "printf 'vital kangaroo\0mops' | '$BUILD/campuspass' \
    --data '$DATA' user add --role user --username bert \
    --email b@example.org --password-stdin"
  assert_failure 1
  run add 'b@rt' user
  assert_failure 1
  assert_equal "$(sql "SELECT count(*) FROM user")" 1
}

@test "user add wants each of its options" {
  campuspass init
  run campuspass user add --role user --username a --email a@example.org
  assert_failure 2
  run campuspass user add --role user --username a --email a@example.org \
    --password </dev/null
  assert_failure 2
  run campuspass user add --role user --role door --username a \
    --password-stdin </dev/null
  assert_failure 2
  run campuspass user
  assert_failure 2
  run campuspass user frobnicate
  assert_failure 2
}

@test "user role gives other rights, and ends what was signed in" {
  campuspass init
  add ada admin
  add bert user
  sql_write "INSERT INTO session (token_hash, user_id, created_at, seen_at,
    ends_at) VALUES ('x', 2, unixepoch(), unixepoch(), unixepoch() + 9999);
    INSERT INTO refresh_token (token_hash, family, user_id, created_at,
    ends_at) VALUES ('x', 'x', 2, unixepoch(), unixepoch() + 9999)"
  run campuspass user role BERT organiser
  assert_success
  assert_output --partial "bert is organiser now"
  assert_equal "$(sql "SELECT (SELECT count(*) FROM session) || '|' ||
    (SELECT count(*) FROM refresh_token WHERE revoked_at IS NULL)")" "0|0"
  run campuspass user role nobody door
  assert_failure 1
  assert_output --partial "There is no user nobody"
  run campuspass user role bert emperor
  assert_failure 1
  run campuspass user role ada user
  assert_failure 1
  assert_output --partial "no other admin"
  campuspass user role bert admin
  run campuspass user role ada user
  assert_success
}

@test "user disable and enable" {
  campuspass init
  add ada admin
  add bert door
  run campuspass user disable bert
  assert_success
  run campuspass user list
  assert_line "2  bert  bert@example.org  door  disabled"
  run campuspass user enable bert
  assert_success
  run campuspass user list
  assert_line "2  bert  bert@example.org  door"
  run campuspass user disable ada
  assert_failure 1
  assert_output --partial "no other admin"
}

@test "check finds what an erased account left behind" {
  campuspass init
  add ada admin
  add bert user
  assert_sound
  sql_write "UPDATE user SET erased_at = 1, disabled_at = 1 WHERE id = 2"
  run campuspass check
  assert_failure 1
  assert_output --partial "still says who it was: user 2"
  sql_write "UPDATE user SET email = NULL, verified_at = NULL,
    password_hash = NULL WHERE id = 2;
    INSERT INTO session (token_hash, user_id, created_at, seen_at, ends_at)
    VALUES ('x', 2, 1, 1, 1)"
  run campuspass check
  assert_failure 1
  assert_output --partial "can still be used: user 2"
}
