defmodule GameServerWeb.ChatChannel do
  @moduledoc """
  `chat:*`: rooms with a history; `GameServer.Chat` keeps it.
  """

  use Phoenix.Channel

  import GameServerWeb.ChannelHelpers

  alias GameServer.Chat
  alias GameServer.PlayerName

  @max_text 500
  @max_nonce 64

  @impl true
  def join("chat:" <> name = topic, %{} = params, socket) do
    with :ok <- check_name(name),
         {:ok, name} <- PlayerName.from_params(params, socket.assigns.user_id) do
      {:ok, room, history} = Chat.join(topic)
      Process.monitor(room)
      last_id = history |> List.last(%{id: 0}) |> Map.fetch!(:id)
      send(self(), {:after_join, last_id})
      {:ok, %{history: history}, assign(socket, room: room, name: name, typing: false)}
    else
      :error -> {:error, %{reason: "invalid"}}
    end
  end

  def join(_topic, _params, _socket), do: {:error, %{reason: "invalid"}}

  # Broadcasts reach a channel only when join/3 has returned; what was said since the history was taken is
  # pushed here. A message may come twice, then, but none is missed.
  @impl true
  def handle_info({:after_join, last_id}, socket) do
    for message <- Chat.since(socket.assigns.room, last_id), do: push(socket, "message", message)
    announce(socket, %{name: socket.assigns.name, typing: false})
    {:noreply, socket}
  end

  # The client joins again, and starts a new room.
  def handle_info({:DOWN, _monitor, :process, room, reason}, %{assigns: %{room: room}} = socket) do
    {:stop, {:room_down, reason}, socket}
  end

  @impl true
  def handle_in("message", payload, socket) do
    with {:ok, text, nonce} <- read_message(payload),
         {:ok, message} <- say(socket, text, nonce) do
      {:reply, {:ok, %{message: message}}, socket}
    else
      {:error, reason} -> refuse(socket, reason)
    end
  end

  def handle_in("typing", %{"typing" => typing}, socket) when is_boolean(typing) do
    if typing != socket.assigns.typing, do: change_meta(socket, %{typing: typing})
    {:reply, {:ok, %{}}, assign(socket, :typing, typing)}
  end

  def handle_in("typing", _payload, socket), do: refuse(socket, "invalid")
  def handle_in(_event, _payload, socket), do: refuse(socket, "unknown event")

  defp say(%{assigns: %{user_id: user_id, name: name, room: room}} = socket, text, nonce) do
    case Chat.say(room, %{from: user_id, name: name, text: text, nonce: nonce}) do
      {:ok, message} ->
        broadcast_from!(socket, "message", message)
        {:ok, message}

      {:repeated, message} ->
        {:ok, message}

      {:error, _} = error ->
        error
    end
  end

  defp read_message(%{"text" => text} = payload) when is_binary(text) do
    text = String.trim(text)
    length = text |> String.codepoints() |> length()

    cond do
      not nonce?(payload) -> {:error, "invalid"}
      length == 0 -> {:error, "empty"}
      length > @max_text -> {:error, "too long"}
      true -> {:ok, text, payload["nonce"]}
    end
  end

  defp read_message(_payload), do: {:error, "invalid"}

  defp nonce?(%{"nonce" => nonce}) when is_binary(nonce) do
    length(String.codepoints(nonce)) in 1..@max_nonce
  end

  defp nonce?(payload), do: not is_map_key(payload, "nonce")
end
