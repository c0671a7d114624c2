import Config

config :game_server, GameServerWeb.Endpoint,
  # {0, 0, 0, 0} lets other machines in.
  http: [ip: {127, 0, 0, 1}],
  check_origin: false,
  code_reloader: true,
  debug_errors: true,
  secret_key_base: "only-for-development-only-for-development-only-for-development-0"

config :logger, :default_formatter, format: "[$level] $message\n"
config :phoenix, plug_init_mode: :runtime
