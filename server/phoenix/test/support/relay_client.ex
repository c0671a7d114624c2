defmodule GameServerWeb.RelayClient do
  @moduledoc """
  A game's side of a room, as far as tests need it: joins, keeps its half of the link, and reads what it is told.
  """

  import ExUnit.Assertions
  import Phoenix.ChannelTest
  import GameServerWeb.ChannelCase

  alias PhoenixRelay.{Link, Wire}

  defstruct [:socket, :welcome, :topic, link: Link.new(0)]

  @doc "The member `peer` of a join's params."
  def params(changes \\ %{}) do
    Map.merge(
      %{
        "version" => 1,
        "token" => Base.encode16(:crypto.strong_rand_bytes(16), case: :lower),
        "resume" => false,
        "got" => 0,
        "role" => "auto",
        "shape" => "mesh",
        "info" => %{},
        "max_peers" => 0,
        "listed" => false,
        "seat_ms" => 30_000
      },
      changes
    )
  end

  @doc "The reason of a refused join."
  def refusal(topic, changes \\ %{}, params \\ %{}) do
    params = Map.put(params, "peer", params(changes))
    {:error, %{reason: reason}} = subscribe_and_join(connected("ada"), topic, params)
    reason
  end

  @doc "A peer that has been welcomed."
  def enter(topic, changes \\ %{}, params \\ %{}, socket \\ nil) do
    params = Map.put(params, "peer", params(changes))
    {:ok, %{}, socket} = subscribe_and_join(socket || connected("ada"), topic, params)
    join_ref = socket.join_ref

    assert_receive %Phoenix.Socket.Message{
      event: "welcome",
      join_ref: ^join_ref,
      payload: welcome
    }

    %__MODULE__{
      socket: socket,
      welcome: welcome,
      topic: topic,
      link: Link.connected(Link.new(0))
    }
  end

  @doc "Takes the seat again, after the connection of the peer is lost."
  def again(client, token) do
    link = Link.lost(client.link)
    changes = %{"token" => token, "resume" => true, "got" => link.got}
    returned = enter(client.topic, changes)
    {:ok, link} = Link.resume(link, returned.welcome.got)
    flush(%{returned | link: Link.connected(link)})
  end

  @doc "The connection is lost."
  def lose(client) do
    Process.unlink(client.socket.channel_pid)
    monitor = Process.monitor(client.socket.channel_pid)
    Process.exit(client.socket.channel_pid, :kill)
    assert_receive {:DOWN, ^monitor, :process, _pid, _reason}
    client
  end

  @doc "The peer gives its seat back."
  def depart(client) do
    Process.unlink(client.socket.channel_pid)
    leave(client.socket)
  end

  @doc "Sends an entry in the reliable section."
  def reliable(client, entry), do: flush(%{client | link: Link.reliable(client.link, entry)})

  @doc "Sends an entry in the other section."
  def unreliable(client, entry) do
    flush(%{client | link: Link.unreliable(client.link, entry, now())})
  end

  @doc "A packet for one seat."
  def packet(seat, data, mode \\ 2), do: Wire.packet(mode, 0, seat, data)

  @doc "Sends the bytes of a frame as they are."
  def raw(client, frame), do: push(client.socket, "m", {:binary, IO.iodata_to_binary(frame)})

  defp flush(client) do
    case Link.next(client.link, now()) do
      {:frame, frame, link} ->
        raw(client, frame)
        flush(%{client | link: link})

      {:wait, _at, link} ->
        %{client | link: link}
    end
  end

  @doc "The next `count` entries."
  def entries(client, count), do: entries(client, count, [])

  defp entries(client, count, read) when length(read) == count, do: {read, client}

  defp entries(client, count, read) do
    assert length(read) < count, "too many: #{inspect(read)}"
    join_ref = client.socket.join_ref

    assert_receive %Phoenix.Socket.Message{
      event: "m",
      join_ref: ^join_ref,
      payload: {:binary, frame}
    }

    {:ok, reliable, unreliable, link} = Link.receive_frame(client.link, frame, now())
    entries(%{client | link: link}, count, read ++ read(reliable) ++ read(unreliable))
  end

  defp read(<<>>), do: []

  defp read(<<3, 1, seat, id::32-little, size, info::binary-size(size), rest::binary>>) do
    [{:peer, seat, id, info} | read(rest)]
  end

  defp read(<<3, 6, seat, ms, rest::binary>>), do: [{:round_trip, seat, ms} | read(rest)]

  defp read(<<3, kind, seat, rest::binary>>) do
    [{Enum.at([:gone, :host, :away, :back, nil, :locked], kind - 2), seat} | read(rest)]
  end

  defp read(<<mode, seat, size, data::binary-size(size), rest::binary>>) when mode < 3 do
    [{mode, seat, data} | read(rest)]
  end

  defp now, do: System.monotonic_time(:millisecond)
end
