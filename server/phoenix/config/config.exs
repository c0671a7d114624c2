import Config

config :game_server, GameServerWeb.Endpoint,
  adapter: Bandit.PhoenixAdapter,
  url: [host: "localhost"],
  render_errors: [formats: [json: GameServerWeb.ErrorJSON], layout: false],
  pubsub_server: GameServer.PubSub

# The channels for trying things out (room:* and lobby) let any client crash and flood things: not for production.
config :game_server, trial_channels: config_env() != :prod

config :phoenix, json_library: Jason

import_config "#{config_env()}.exs"
