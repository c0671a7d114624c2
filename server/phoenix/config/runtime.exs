import Config

# Settings from the environment; README.md lists them. This file runs at every start, of a release as well.

if System.get_env("PHX_SERVER") do
  config :game_server, GameServerWeb.Endpoint, server: true
end

if config_env() != :test do
  port = System.get_env("PORT", "4000")

  case Integer.parse(port) do
    {number, ""} when number in 0..65_535 ->
      config :game_server, GameServerWeb.Endpoint, http: [port: number]

    _ ->
      raise "PORT must be a number from 0 to 65535, not #{inspect(port)}"
  end
end

if config_env() == :prod do
  secret_key_base =
    System.get_env("SECRET_KEY_BASE") ||
      raise "SECRET_KEY_BASE is missing; mix phx.gen.secret makes one"

  host =
    System.get_env("PHX_HOST") ||
      raise "PHX_HOST is missing; it is the name that players connect to, such as play.example.com"

  # Browsers (the web export of a game) send an Origin; other players do not, and are let in.
  check_origin =
    case System.get_env("CHECK_ORIGIN") do
      nil -> true
      "false" -> false
      origins -> String.split(origins, ",", trim: true)
    end

  config :game_server, GameServerWeb.Endpoint,
    url: [host: host, port: 443, scheme: "https"],
    http: [ip: {0, 0, 0, 0, 0, 0, 0, 0}],
    check_origin: check_origin,
    secret_key_base: secret_key_base

  config :game_server, dns_cluster_query: System.get_env("DNS_CLUSTER_QUERY")
end
