defmodule GameServer.Application do
  @moduledoc false

  use Application

  @impl true
  def start(_type, _args) do
    children = [
      {DNSCluster, query: Application.get_env(:game_server, :dns_cluster_query) || :ignore},
      {Phoenix.PubSub, name: GameServer.PubSub},
      GameServerWeb.Presence,
      GameServerWeb.PresenceFarewell,
      GameServer.TopicServer,
      {PhoenixRelay, relay_options()},
      # Last, so that players come when everything is there, and are sent away before it goes.
      GameServerWeb.Endpoint
    ]

    Supervisor.start_link(children, strategy: :one_for_one, name: GameServer.Supervisor)
  end

  # Its limits and rules may be configured: config :game_server, PhoenixRelay, max_peers: 32
  defp relay_options do
    [endpoint: GameServerWeb.Endpoint, presence: GameServerWeb.Presence] ++
      Application.get_env(:game_server, PhoenixRelay, [])
  end

  @impl true
  def config_change(changed, _new, removed) do
    GameServerWeb.Endpoint.config_change(changed, removed)
    :ok
  end
end
