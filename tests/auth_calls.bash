# For bats files about programs that sign in by the /auth calls.

PASSWORD="correct horse battery 7"

# call METHOD PATH [JSON]: with the token in ACCESS, if there is one.
call() {
  local options=(-X "$1")
  if [ -n "${3:-}" ]; then
    options+=(-H 'Content-Type: application/json' -d "$3")
  elif [ "$1" = POST ]; then
    options+=(-d '')
  fi
  [ -z "${ACCESS:-}" ] || options+=(-H "Authorization: Bearer $ACCESS")
  get "$2" "${options[@]}" "${@:4}"
}

value() { jq -r "$1" <<<"$body"; }

register() {
  call POST /auth/register \
    "{\"username\":\"$1\",\"email\":\"$1@example.org\",\"password\":\"$PASSWORD\"}"
}

# Sign in: ACCESS and REFRESH.
login() {
  call POST /auth/login "{\"email\":\"$1@example.org\",\"password\":\"$PASSWORD\"}"
  ACCESS=$(value .access_token)
  REFRESH=$(value .refresh_token)
}

refresh() { call POST /auth/refresh "{\"refresh_token\":\"$1\"}"; }
