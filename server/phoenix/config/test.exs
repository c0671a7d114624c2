import Config

config :game_server, GameServerWeb.Endpoint,
  http: [ip: {127, 0, 0, 1}],
  server: false,
  secret_key_base: "only-for-tests-only-for-tests-only-for-tests-only-for-tests-only"

config :logger, level: :warning
config :phoenix, plug_init_mode: :runtime
