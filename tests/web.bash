# For bats files about the web layer: requests as their bytes are, and headers.

# raw BYTES: send them as they are (printf's escapes).
raw() {
  local answer="$BATS_TEST_TMPDIR/raw"
  exec 7<>"/dev/tcp/127.0.0.1/$PORT"
  printf "$1" >&7
  timeout 30 cat <&7 >"$answer"
  exec 7>&- 7<&-
  tr -d '\r' <"$answer" | sed '/^$/q' >"$answer.headers"
  tr -d '\r' <"$answer" | sed '1,/^$/d' >"$answer.body"
  read_answer "$answer"
}

# send PATH BODY [curl options]: a form as the bytes are.
send() {
  local path=$1 content=$2
  shift 2
  printf '%s' "$content" >"$BATS_TEST_TMPDIR/content"
  get "$path" --data-binary "@$BATS_TEST_TMPDIR/content" "$@"
}

has_security_headers() {
  local all=${headers,,}
  [[ $all == *"content-security-policy: default-src 'none'"* ]] &&
    [[ $all == *"frame-ancestors 'none'"* ]] &&
    [[ $all == *"x-content-type-options: nosniff"* ]] &&
    [[ $all == *"referrer-policy: "* ]] && return
  echo "no security headers: $status" >&2
  echo "$headers" >&2
  return 1
}
