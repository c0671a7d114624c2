defmodule PhoenixRelay.ListChannel do
  @moduledoc """
  `relay_list`: the rooms that were opened to be listed, as presences.
  """

  use Phoenix.Channel

  @impl true
  def join(_topic, _params, socket) do
    send(self(), :after_join)
    {:ok, %{}, socket}
  end

  @impl true
  def handle_info(:after_join, socket) do
    push(socket, "presence_state", PhoenixRelay.config().presence.list(socket))
    {:noreply, socket}
  end

  @impl true
  def handle_in(_event, _payload, socket) do
    {:reply, {:error, %{reason: "unknown event"}}, socket}
  end
end
