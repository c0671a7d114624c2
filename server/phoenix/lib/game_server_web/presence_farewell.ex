defmodule GameServerWeb.PresenceFarewell do
  @moduledoc """
  Tells the other nodes of a cluster, when this one stops, that its users are gone: at once, instead of
  by its silence after half a minute.

  It stands between `GameServerWeb.Presence` and the endpoint in the supervision tree, so that it stops
  when the last channel has, and the tracker still runs. (The tracker's own option for this,
  `permdown_on_shutdown`, does nothing for a `Phoenix.Presence` in phoenix_pubsub 2.2.0.)
  """

  use GenServer

  alias GameServerWeb.Presence

  @doc false
  def start_link(_options), do: GenServer.start_link(__MODULE__, :ok)

  @impl true
  def init(:ok) do
    # So that terminate/2 is called.
    Process.flag(:trap_exit, true)
    {:ok, :ok}
  end

  @impl true
  def terminate(:shutdown, _state) do
    if Node.list() != [], do: Phoenix.Tracker.graceful_permdown(Presence)
  end

  def terminate(_reason, _state), do: :ok
end
