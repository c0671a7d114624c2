defmodule GameServerWeb.GameChannel do
  @moduledoc """
  `game:*`: a topic with presence, as small as one can be. The place to start a channel of one's own.
  """

  use Phoenix.Channel

  import GameServerWeb.ChannelHelpers

  @impl true
  def join("game:" <> _name, _params, socket) do
    connection_id = Base.encode32(:crypto.strong_rand_bytes(15), case: :lower)
    send(self(), :after_join)

    {:ok, %{connection_id: connection_id}, assign(socket, :connection_id, connection_id)}
  end

  @impl true
  def handle_info(:after_join, socket) do
    announce(socket, %{connection_id: socket.assigns.connection_id})
    {:noreply, socket}
  end

  @impl true
  def handle_in("ping", %{} = payload, socket) do
    case {Map.get(payload, "error", false), Map.get(payload, "broadcast", false)} do
      {fail?, all?} when not (is_boolean(fail?) and is_boolean(all?)) -> refuse(socket, "invalid")
      {true, _} -> refuse(socket, "ping was asked to fail")
      {false, all?} -> pong(all?, socket)
    end
  end

  def handle_in("ping", _payload, socket), do: refuse(socket, "invalid")

  def handle_in("shout", payload, socket) when is_broadcastable(payload) do
    broadcast(socket, "shout", payload)
    {:noreply, socket}
  end

  def handle_in("shout", _payload, socket), do: refuse(socket, "invalid")
  def handle_in(_event, _payload, socket), do: refuse(socket, "unknown event")

  defp pong(all?, socket) do
    pong = %{pong: "success!"}
    if all?, do: broadcast(socket, "pong", Map.put(pong, :from, socket.assigns.user_id))
    {:reply, {:ok, pong}, socket}
  end
end
