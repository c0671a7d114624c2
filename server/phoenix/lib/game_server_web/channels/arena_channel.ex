defmodule GameServerWeb.ArenaChannel do
  @moduledoc """
  `arena:*`: a small real-time game; `GameServer.Arena` runs it, `server/README.md` lists its messages.

  Positions are binary, the rest is JSON. What carries no binary messages is sent away at the join:
  protocol 1.0.0, and long polling.
  """

  # Positions come in at twenty a second for each player: too many for a log.
  use Phoenix.Channel, log_handle_in: false

  import GameServerWeb.ChannelHelpers

  alias GameServer.Arena
  alias GameServer.PlayerName
  alias Phoenix.Socket.V1

  @width 1600
  @height 900

  @impl true
  def join("arena:" <> name = topic, params, socket) do
    with :ok <- check_binary(socket),
         :ok <- check_name(name),
         {:ok, player} <- read_params(params, socket.assigns.user_id),
         {:ok, arena, id, score} <- Arena.join(topic, socket.assigns.user_id) do
      Process.monitor(arena)
      send(self(), :after_join)
      player = Map.merge(player, %{id: id, hue: rem(id * 137, 360), score: score})
      reply = %{id: id, score: score, width: @width, height: @height, tick_ms: Arena.tick_ms()}
      {:ok, reply, assign(socket, arena: arena, player: player)}
    else
      :error -> {:error, %{reason: "invalid"}}
      {:error, reason} -> {:error, %{reason: reason}}
    end
  end

  @impl true
  def handle_info(:after_join, socket) do
    announce(socket, socket.assigns.player)
    {:noreply, socket}
  end

  # Without its arena a channel is of no use; it ends as if it had crashed, and the client joins again.
  def handle_info(
        {:DOWN, _monitor, :process, arena, reason},
        %{assigns: %{arena: arena}} = socket
      ) do
    {:stop, {:arena_down, reason}, socket}
  end

  @impl true
  def handle_in("pos", {:binary, <<_::64>> = position}, socket) do
    Arena.move(socket.assigns.arena, socket.assigns.player.id, position)
    {:noreply, socket}
  end

  def handle_in("fire", %{"x" => x, "y" => y, "heading" => heading}, socket)
      when is_number(x) and x >= 0 and x <= @width and
             is_number(y) and y >= 0 and y <= @height and heading in 0..255 do
    id = socket.assigns.player.id

    case Arena.fire(socket.assigns.arena, id) do
      {:ok, shot} ->
        broadcast_from!(socket, "shot", %{by: id, shot: shot, x: x, y: y, heading: heading})
        {:reply, {:ok, %{shot: shot}}, socket}

      {:error, reason} ->
        refuse(socket, reason)
    end
  end

  def handle_in("hit", %{"shot" => shot, "target" => target}, socket)
      when is_integer(shot) and is_integer(target) do
    case Arena.hit(socket.assigns.arena, socket.assigns.player.id, shot, target) do
      {:ok, score} ->
        change_meta(socket, %{score: score})
        {:reply, {:ok, %{score: score}}, socket}

      {:error, reason} ->
        refuse(socket, reason)
    end
  end

  def handle_in(event, _payload, socket) when event in ["pos", "fire", "hit"] do
    refuse(socket, "invalid")
  end

  def handle_in(_event, _payload, socket), do: refuse(socket, "unknown event")

  defp check_binary(%{serializer: V1.JSONSerializer}), do: {:error, "protocol 2.0.0 needed"}
  defp check_binary(%{transport: :longpoll}), do: {:error, "websocket needed"}
  defp check_binary(_socket), do: :ok

  defp read_params(%{} = params, user_id) do
    bot? = Map.get(params, "bot", false)

    with true <- is_boolean(bot?), {:ok, name} <- PlayerName.from_params(params, user_id) do
      {:ok, %{name: name, bot: bot?}}
    else
      _ -> :error
    end
  end

  defp read_params(_params, _user_id), do: :error
end
