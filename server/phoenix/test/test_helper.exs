# Generous, as nothing waits this long but a test that fails.
# The tests of a cluster start a second node: mix test --include cluster
ExUnit.start(assert_receive_timeout: 5_000, exclude: [:cluster])
