defmodule GameServerWeb.RoomChannel do
  @moduledoc """
  `room:*` and `lobby`: an event for everything that a server can do to a client.

  For trying things out, and for tests: whoever joins may crash it, flood it and end connections. It
  is there only where the configuration says `trial_channels: true`, which production's does not.
  """

  use Phoenix.Channel

  import GameServerWeb.ChannelHelpers

  alias GameServerWeb.Endpoint
  alias GameServerWeb.Presence
  alias Phoenix.Socket.Reply

  @max_ms 60_000
  @max_ticks 100_000
  @max_bytes 8_000_000

  @impl true
  def join(_topic, %{"reject" => true}, _socket), do: {:error, %{reason: "rejected"}}
  def join(_topic, %{"crash" => true}, _socket), do: raise("join was asked to crash")
  def join(_topic, {:binary, _}, _socket), do: {:error, %{reason: "invalid"}}

  def join(topic, params, socket) do
    options = if is_map(params), do: params, else: %{}

    case number(options, "sleep_ms", 0, @max_ms) do
      {:ok, ms} ->
        Process.sleep(ms)
        if options["presence"] != false, do: send(self(), {:after_join, options["device"]})
        {:ok, %{joined: topic, params: params}, socket}

      :error ->
        {:error, %{reason: "invalid"}}
    end
  end

  @impl true
  def handle_info({:after_join, device}, socket) do
    announce(socket, %{"device" => device || "none"})
    {:noreply, socket}
  end

  def handle_info({:reply, ref, payload}, socket) do
    reply(ref, {:ok, payload})
    {:noreply, socket}
  end

  def handle_info(:crash, _socket), do: raise("asked to crash later")

  # Replies

  @impl true
  def handle_in("echo", payload, socket), do: {:reply, {:ok, payload}, socket}
  def handle_in("echo_error", payload, socket), do: {:reply, {:error, payload}, socket}
  def handle_in("ok_only", _payload, socket), do: {:reply, :ok, socket}
  def handle_in("noreply", _payload, socket), do: {:noreply, socket}

  # Phoenix.Channel takes atoms for statuses; atoms out of what clients send would fill the VM's table.
  def handle_in("status", %{"status" => status} = payload, socket) when is_binary(status) do
    reply = %Reply{
      topic: socket.topic,
      join_ref: socket.join_ref,
      ref: socket.ref,
      status: status,
      payload: payload
    }

    send(socket.transport_pid, socket.serializer.encode!(reply))
    {:noreply, socket}
  end

  def handle_in("delay", %{} = payload, socket) do
    with_number(payload, "ms", 0, @max_ms, socket, fn ms ->
      Process.send_after(self(), {:reply, socket_ref(socket), payload}, ms)
      {:noreply, socket}
    end)
  end

  def handle_in("big", %{} = payload, socket) do
    with_number(payload, "size", 1000, @max_bytes, socket, fn size ->
      {:reply, {:ok, %{data: String.duplicate("x", size)}}, socket}
    end)
  end

  def handle_in("unicode", _payload, socket) do
    hard = %{
      s: "tab\t quote\" back\\ nul\0 é ✓ 😀 </script> \u2028",
      i: 3,
      f: 1.0e22,
      big: 12_345_678_901_234_567_890,
      neg0: -0.0
    }

    {:reply, {:ok, hard}, socket}
  end

  # Broadcasts and pushes

  def handle_in("shout", payload, socket) when is_broadcastable(payload) do
    broadcast(socket, "shout", payload)
    {:noreply, socket}
  end

  def handle_in("shout_from", payload, socket) when is_broadcastable(payload) do
    broadcast_from(socket, "shout_from", payload)
    {:noreply, socket}
  end

  def handle_in("flood", %{} = payload, socket) do
    with_number(payload, "n", 1, @max_ticks, socket, fn n ->
      for i <- 1..n//1, do: push(socket, "tick", tick(i))
      if payload["reply"] == true, do: {:reply, {:ok, %{n: n}}, socket}, else: {:noreply, socket}
    end)
  end

  def handle_in("binary", {:binary, _} = payload, socket), do: {:reply, {:ok, payload}, socket}
  def handle_in("binary", payload, socket), do: {:reply, {:error, %{got: payload}}, socket}

  def handle_in("push_binary", payload, socket) do
    with_bytes(payload, socket, fn bytes ->
      push(socket, "bin", {:binary, bytes})
      {:reply, {:ok, %{bytes: byte_size(bytes)}}, socket}
    end)
  end

  def handle_in("broadcast_binary", payload, socket) do
    with_bytes(payload, socket, fn bytes ->
      broadcast(socket, "bin_all", {:binary, bytes})
      {:noreply, socket}
    end)
  end

  # Presence

  def handle_in("update_meta", %{} = payload, socket) do
    change_meta(socket, Map.drop(payload, ["phx_ref", "phx_ref_prev"]))
    {:reply, :ok, socket}
  end

  def handle_in("untrack", _payload, socket) do
    Presence.untrack(socket, socket.assigns.user_id)
    {:reply, :ok, socket}
  end

  def handle_in("who", _payload, socket), do: {:reply, {:ok, Presence.list(socket)}, socket}

  def handle_in("whoami", _payload, socket) do
    {:reply, {:ok, describe(socket)}, socket}
  end

  # Ends

  def handle_in("crash", _payload, _socket), do: raise("asked to crash")

  def handle_in("late_crash", _payload, socket) do
    send(self(), :crash)
    {:reply, :ok, socket}
  end

  def handle_in("stop", _payload, socket), do: {:stop, :normal, socket}
  def handle_in("stop_shutdown", _payload, socket), do: {:stop, :shutdown, socket}
  def handle_in("stop_reply", payload, socket), do: {:stop, :normal, {:ok, payload}, socket}
  def handle_in("stop_error", _payload, socket), do: {:stop, :asked_to, socket}

  def handle_in("disconnect_me", _payload, socket) do
    Endpoint.broadcast(socket.id, "disconnect", %{})
    {:noreply, socket}
  end

  def handle_in("drain_me", _payload, socket) do
    send(socket.transport_pid, :socket_drain)
    {:noreply, socket}
  end

  def handle_in("kill_transport", _payload, socket) do
    Process.exit(socket.transport_pid, :kill)
    {:noreply, socket}
  end

  # Any other event has no clause and crashes the channel: that is for trying out, too.
  def handle_in(event, _payload, socket)
      when event in ~w(status delay big flood update_meta shout shout_from) do
    refuse(socket, "invalid")
  end

  # A payload of ten fields, as a game's state might be.
  defp tick(n) do
    %{
      n: n,
      name: "player-#{n}",
      alive: true,
      hp: rem(n, 101),
      pos: [n / 2, n / 4, -n / 1],
      vel: %{x: 1.5, y: -2.25, z: 0.0},
      score: n * 10,
      state: "running",
      tags: ["a", "b", "c"],
      team: nil
    }
  end

  defp describe(%{assigns: %{connect_info: info}} = socket) do
    %{
      user_id: socket.assigns.user_id,
      params: socket.assigns.params,
      auth_token: info[:auth_token],
      transport: socket.transport,
      serializer: inspect(socket.serializer),
      join_ref: socket.join_ref,
      uri: URI.to_string(info.uri),
      user_agent: info.user_agent,
      x_headers: pairs(info.x_headers),
      trace_context_headers: pairs(info.trace_context_headers)
    }
  end

  defp pairs(headers), do: Enum.map(headers, &Tuple.to_list/1)

  # The bytes of the payload, or as many as its size says.
  defp with_bytes({:binary, bytes}, _socket, continue), do: continue.(bytes)

  defp with_bytes(%{"size" => _} = payload, socket, continue) do
    with_number(payload, "size", 0, @max_bytes, socket, fn size ->
      continue.(for i <- 0..(size - 1)//1, into: <<>>, do: <<i>>)
    end)
  end

  defp with_bytes(_payload, _socket, continue), do: continue.(<<0, 1, 2, 3, 0xFE, 0xFF>>)

  defp with_number(payload, key, default, max, socket, continue) do
    case number(payload, key, default, max) do
      {:ok, number} -> continue.(number)
      :error -> refuse(socket, "invalid")
    end
  end

  defp number(payload, key, default, max) do
    number = Map.get(payload, key, default)
    if is_integer(number) and number in 0..max, do: {:ok, number}, else: :error
  end
end
