defmodule PhoenixRelay.Channel do
  @moduledoc """
  `relay:*`: one peer of a room, whose frames go to the room's process and come from it. `server/README.md`
  lists the messages.

  What carries no binary messages is sent away at the join: protocol 1.0.0, and long polling.
  """

  # Frames come in with each frame of the game: too many for a log.
  use Phoenix.Channel, log_handle_in: false

  alias PhoenixRelay.{Request, Room, Rooms}
  alias Phoenix.Socket.V1

  @max_code_bytes 64

  @impl true
  def join("relay:" <> code = topic, params, socket) do
    member = member(topic, params, socket)

    with :ok <- check_binary(socket),
         :ok <- check_code(code),
         {:ok, request} <- Request.read(params),
         request = %{request | connection: socket.transport_pid},
         :ok <- authorize(member, request),
         {:ok, room, seat} <-
           Rooms.join(topic, request, %{member | info: request.info}, &Room.join/3) do
      Process.monitor(room)
      send(self(), :attach)
      {:ok, %{}, assign(socket, relay_room: room, relay_seat: seat)}
    else
      {:error, reason} -> {:error, %{reason: reason}}
    end
  end

  defp member(topic, params, socket) do
    params = if is_map(params), do: Map.delete(params, "peer"), else: %{}
    %{topic: topic, params: params, assigns: socket.assigns, info: nil}
  end

  # Who comes back was let in before.
  defp authorize(_member, %{resume?: true}), do: :ok

  defp authorize(member, _request) do
    case PhoenixRelay.config().rules.authorize(:join, member, %{topic: member.topic}) do
      :ok -> :ok
      {:error, reason} -> {:error, reason}
    end
  end

  @impl true
  def handle_info(:attach, socket) do
    Room.attach(socket.assigns.relay_room, socket.assigns.relay_seat)
    {:noreply, socket}
  end

  def handle_info({:relay_frame, frame}, socket) do
    push(socket, "m", {:binary, frame})
    {:noreply, socket}
  end

  def handle_info({:relay_welcome, welcome}, socket) do
    push(socket, "welcome", welcome)
    {:noreply, socket}
  end

  def handle_info({:relay_end, ""}, socket), do: {:stop, :normal, socket}

  def handle_info({:relay_end, reason}, socket) do
    push(socket, "ended", %{reason: reason})
    {:stop, :normal, socket}
  end

  # The client joins again, and learns that its seat is gone.
  def handle_info(
        {:DOWN, _monitor, :process, room, reason},
        %{assigns: %{relay_room: room}} = socket
      ) do
    {:stop, {:room_down, reason}, socket}
  end

  @impl true
  def handle_in("m", {:binary, frame}, socket) do
    Room.receive_frame(socket.assigns.relay_room, socket.assigns.relay_seat, frame)
    {:noreply, socket}
  end

  def handle_in("m", _payload, socket), do: {:reply, {:error, %{reason: "invalid"}}, socket}

  def handle_in(_event, _payload, socket) do
    {:reply, {:error, %{reason: "unknown event"}}, socket}
  end

  # Only who leaves gives the seat back; of all else the room learns by the end of this process.
  @impl true
  def terminate({:shutdown, :left}, socket) do
    Room.leave(socket.assigns.relay_room, socket.assigns.relay_seat)
  end

  def terminate(_reason, _socket), do: :ok

  defp check_binary(%{serializer: V1.JSONSerializer}), do: {:error, "protocol 2.0.0 needed"}
  defp check_binary(%{transport: :longpoll}), do: {:error, "websocket needed"}
  defp check_binary(_socket), do: :ok

  defp check_code(code) when byte_size(code) in 1..@max_code_bytes, do: :ok
  defp check_code(_code), do: {:error, "invalid"}
end
