defmodule PhoenixRelay.Peer do
  @moduledoc """
  A process of this server as a peer of a room: for rules that no player's machine should decide, bots, or a
  game whose host is Elixir.

      {:ok, peer} = PhoenixRelay.Peer.join("relay:duel", role: :host, info: %{name: "referee"})

  The process that joins gets messages `{:relay, room, message}`:

    * `{:welcome, %{id: id, host?: boolean}}`, first
    * `{:peer_connected, id, info}` (JSON) and `{:peer_disconnected, id}`
    * `{:packet, from_id, mode, channel, data}`
    * `{:host_changed, id}`, `{:away, id}`, `{:back, id}`, `{:round_trip, id, ms}`, `{:locked, boolean}`
    * `{:ended, reason}`, last

  A packet is what Godot's SceneMultiplayer makes. The one that a game can read and write without it is that of
  `multiplayer.send_bytes()`: a byte 3, then the game's bytes (`bytes/1`). As the host of a room of the shape
  `:host` the process is peer 1, and decides who hears of whom: `admit/2`.

  The seat ends with the process. `GameServer.DiceReferee` is an example.
  """

  alias PhoenixRelay.{Request, Room, Rooms}

  @enforce_keys [:room, :seat]
  defstruct [:room, :seat]

  @type t :: %__MODULE__{room: pid, seat: PhoenixRelay.RoomState.seat_number()}
  @type id :: pos_integer

  @modes %{unreliable: 0, unreliable_ordered: 1, reliable: 2}

  @doc """
  Joins a room, or opens one. Options: `role` (`:auto`, `:host`, `:client`), `shape` (`:host`, `:mesh`), `info` (a
  map), `max_peers`, `listed`, `seat_ms`, as in the game; `params` and `assigns`, for `PhoenixRelay.Rules`.
  """
  @spec join(String.t(), keyword) :: {:ok, t} | {:error, String.t()}
  def join("relay:" <> _ = topic, options \\ []) do
    {params, options} = Keyword.pop(options, :params, %{})
    {assigns, options} = Keyword.pop(options, :assigns, %{})
    {info, options} = Keyword.pop(options, :info, %{})
    {listed?, options} = Keyword.pop(options, :listed, false)
    info = Phoenix.json_library().encode!(info)
    # No client can have this token, so nobody takes the seat over.
    request = struct!(%Request{token: make_ref(), info: info, listed?: listed?}, options)
    member = %{topic: topic, params: params, assigns: assigns, info: info}

    with {:ok, room, seat} <- Rooms.join(topic, request, member, &Room.join_local/3) do
      {:ok, %__MODULE__{room: room, seat: seat}}
    end
  end

  @doc """
  Sends a packet to peers. Options: `mode` (`:reliable`, `:unreliable`, `:unreliable_ordered`), `channel`.
  """
  @spec send(t, id | [id], binary, keyword) :: :ok
  def send(peer, to, data, options \\ []) do
    mode = Map.fetch!(@modes, Keyword.get(options, :mode, :reliable))

    Room.act(
      peer.room,
      peer.seat,
      {:send, mode, Keyword.get(options, :channel, 0), List.wrap(to), data}
    )
  end

  @doc "As the host: lets a peer and those that are admitted already hear of each other."
  @spec admit(t, id) :: :ok
  def admit(peer, id), do: Room.act(peer.room, peer.seat, {:admit, id})

  @doc "As the host: ends a peer's seat."
  @spec kick(t, id) :: :ok
  def kick(peer, id), do: Room.act(peer.room, peer.seat, {:kick, id})

  @doc "As the host: lets nobody new in, or does again."
  @spec lock(t, boolean) :: :ok
  def lock(peer, locked?), do: Room.act(peer.room, peer.seat, {:lock, locked?})

  @doc "Gives the seat back."
  @spec leave(t) :: :ok
  def leave(peer), do: Room.leave(peer.room, peer.seat)

  @doc "The game's bytes as the packet of `multiplayer.send_bytes()`, which the other side gets by the signal `peer_packet`."
  @spec bytes(binary) :: binary
  def bytes(data), do: <<3, data::binary>>
end
