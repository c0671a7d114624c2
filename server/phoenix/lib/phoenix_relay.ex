defmodule PhoenixRelay do
  @moduledoc """
  Godot's own multiplayer over Phoenix Channels: the server's side of `PhoenixMultiplayerPeer`.

  The games in a room (`relay:CODE`) are peers. The relay forwards their packets, reliable ones exactly once and
  in order, even if connections are lost. An application needs a child of its supervisor, before the endpoint,

      {PhoenixRelay, endpoint: MyAppWeb.Endpoint, presence: MyAppWeb.Presence}

  and two lines in its socket:

      channel "relay:*", PhoenixRelay.Channel
      channel "relay_list", PhoenixRelay.ListChannel

  Further options: `rules`, a module with the behaviour `PhoenixRelay.Rules`, and the limits of
  `PhoenixRelay.Limits`. `docs/relay-server.md` describes them.
  """

  use Supervisor

  alias PhoenixRelay.{DefaultRules, Limits, Rooms}

  @type config :: %{endpoint: module, presence: module, rules: module, limits: Limits.t()}

  @doc false
  def start_link(options) do
    {endpoint, options} = Keyword.pop!(options, :endpoint)
    {presence, options} = Keyword.pop!(options, :presence)
    {rules, limits} = Keyword.pop(options, :rules, DefaultRules)
    configure(%{endpoint: endpoint, presence: presence, rules: rules, limits: Limits.new(limits)})
    Supervisor.start_link(__MODULE__, :ok, name: __MODULE__)
  end

  @impl true
  def init(:ok), do: Supervisor.init([Rooms], strategy: :one_for_one)

  @doc false
  @spec config() :: config
  def config, do: :persistent_term.get(__MODULE__)

  @doc false
  def configure(config), do: :persistent_term.put(__MODULE__, config)

  @doc "The topic of the list of rooms."
  @spec list_topic() :: String.t()
  def list_topic, do: "relay_list"
end
