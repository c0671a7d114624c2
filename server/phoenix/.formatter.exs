[
  inputs: ["*.{ex,exs}", "relay/*.exs", "{config,lib,test}/**/*.{ex,exs}"],
  # What Phoenix's own formatter settings allow without parentheses, listed here so that formatting
  # needs no fetched dependencies.
  locals_without_parens: [
    assert_broadcast: 2,
    assert_push: 2,
    assert_reply: 2,
    assert_reply: 3,
    channel: 2,
    plug: 1,
    plug: 2,
    refute_broadcast: 2,
    refute_push: 2,
    refute_reply: 2,
    socket: 3
  ]
]
