defmodule PhoenixRelay.RoomState do
  @moduledoc """
  The rules of a room: its seats, who knows whom, the host and who succeeds it, what is forwarded to whom.

  Pure functions; times are milliseconds of any clock that only moves forward. What they want done is in
  `effects`, newest first, for `take_effects/1`:

    * `{:welcome, pid, map}`, `{:frame, pid, iodata}`, `{:end, pid, reason}` for a channel (an empty reason is
      told to nobody);
    * `{:tell, pid, message}` for a process of this server that has a seat.
  """

  alias PhoenixRelay.{Bucket, Limits, Link, Request, Seat, Wire}

  @host_id 1
  @max_id 0x7FFF_FFFF

  @enforce_keys [:topic, :shape, :max_peers, :seat_ms, :listed?, :limits, :rules]
  defstruct [
    :topic,
    :shape,
    :max_peers,
    :seat_ms,
    :listed?,
    :limits,
    :rules,
    host: nil,
    seats: %{},
    ids: MapSet.new(),
    joins: 0,
    locked?: false,
    closed?: false,
    # Seats whose links may have something to send, and when those that wait are due.
    touched: MapSet.new(),
    due: %{},
    # Seats that are to be removed, with the reason, newest first.
    ending: [],
    effects: []
  ]

  @type t :: %__MODULE__{}
  @type seat_number :: 0..249
  @type ms :: integer

  @doc """
  An empty room, as its opener wants it.
  """
  @spec open(String.t(), Request.t(), Limits.t(), module) :: t
  def open(topic, %Request{} = request, limits, rules) do
    max_peers = if request.max_peers == 0, do: limits.max_peers, else: request.max_peers

    %__MODULE__{
      topic: topic,
      shape: request.shape,
      max_peers: min(max_peers, limits.max_peers),
      seat_ms: request.seat_ms |> max(limits.min_seat_ms) |> min(limits.max_seat_ms),
      listed?: request.listed?,
      limits: limits,
      rules: rules
    }
  end

  @doc """
  Finds or makes the seat for the request of a channel, which may then `attach/4` itself. Another channel
  that has the seat is stopped.
  """
  @spec join(t, pid, Request.t(), map, ms) :: {:ok, seat_number, t} | {:error, String.t(), t}
  def join(room, pid, %Request{} = request, member, now) do
    joined =
      case Enum.find(Map.values(room.seats), &(&1.token == request.token and &1.link != nil)) do
        nil -> join_anew(room, request, member, now)
        seat -> rejoin(room, seat, request, now)
      end

    with {:ok, number, room} <- joined do
      {:ok, number, put(room, %{room.seats[number] | joining: pid})}
    end
  end

  @doc """
  Removes the seat whose channel was replaced by that of the request, which has another token: its client has
  left, and joined again before its leave was read.
  """
  @spec vacate(t, Request.t()) :: t
  def vacate(room, %Request{} = request) do
    case Enum.find(Map.values(room.seats), &(&1.replaced? and same_connection?(&1, request))) do
      %{token: token, number: number} when token != request.token -> remove(room, number)
      _ -> room
    end
  end

  defp same_connection?(seat, other),
    do: other.connection != nil and seat.connection == other.connection

  defp rejoin(room, seat, request, now) do
    room = if seat.pid, do: effect(room, {:end, seat.pid, ""}), else: room
    room = detach(room, seat.number, seat.pid, now)
    seat = room.seats[seat.number]

    case Link.resume(seat.link, request.got) do
      {:ok, link} ->
        seat = %{
          seat
          | link: link,
            away_at: now,
            connection: request.connection,
            replaced?: false
        }

        {:ok, seat.number, room |> put(seat) |> touch(seat.number)}

      :error ->
        {:error, "invalid", room}
    end
  end

  defp join_anew(room, request, member, now) do
    cond do
      request.resume? -> {:error, "seat gone", room}
      request.role == :client and room.host == nil -> {:error, "no room", room}
      request.role == :host and room.host != nil -> {:error, "host taken", room}
      request.shape != room.shape -> {:error, "wrong shape", room}
      room.locked? -> {:error, "room locked", room}
      map_size(room.seats) >= room.max_peers -> {:error, "room full", room}
      request.got != 0 -> {:error, "invalid", room}
      true -> sit(room, request, member, Seat.link(), now)
    end
  end

  @doc """
  Gives a process of this server a seat, to which it is attached at once.
  """
  @spec join_local(t, pid, Request.t(), map, ms) ::
          {:ok, seat_number, t} | {:error, String.t(), t}
  def join_local(room, pid, %Request{} = request, member, now) do
    with :ok <- local_allowed(room, request),
         {:ok, number, room} <- sit(room, request, member, nil, now) do
      {:ok, number, attach_seat(room, room.seats[number], pid, now)}
    else
      {:error, reason} -> {:error, reason, room}
    end
  end

  # A lock is for clients.
  defp local_allowed(room, request) do
    cond do
      request.role == :host and room.host != nil -> {:error, "host taken"}
      request.role == :client and room.host == nil -> {:error, "no room"}
      request.shape != room.shape -> {:error, "wrong shape"}
      map_size(room.seats) >= room.max_peers -> {:error, "room full"}
      true -> :ok
    end
  end

  defp sit(room, request, member, link, now) do
    host? = room.host == nil
    number = free_number(room)
    id = if host? and room.shape == :host, do: @host_id, else: new_id(room.ids)

    seat = %Seat{
      number: number,
      id: id,
      token: request.token,
      info: request.info,
      connection: request.connection,
      order: room.joins,
      member: member,
      away_at: now,
      link: link,
      admitted?: host?
    }

    room = %{
      room
      | joins: room.joins + 1,
        ids: MapSet.put(room.ids, id),
        host: if(host?, do: number, else: room.host)
    }

    {:ok, number, room |> put(seat) |> touch(number)}
  end

  # Numbers go round, so that one is not given again while a client may still mean the peer that had it.
  defp free_number(room) do
    Enum.find(room.joins..(room.joins + Limits.max_seats()), fn n ->
      not is_map_key(room.seats, rem(n, Limits.max_seats()))
    end)
    |> rem(Limits.max_seats())
  end

  defp new_id(ids) do
    id = Enum.random((@host_id + 1)..@max_id)
    if MapSet.member?(ids, id), do: new_id(ids), else: id
  end

  @doc """
  Connects a channel to the seat that `join/5` has returned, and welcomes it; `:gone` when the seat was given
  up meanwhile, or another channel has joined with its token.
  """
  @spec attach(t, seat_number, pid, ms) :: {:ok, t} | :gone
  def attach(room, number, pid, now) do
    case room.seats do
      %{^number => %{pid: nil, joining: ^pid} = seat} -> {:ok, attach_seat(room, seat, pid, now)}
      _ -> :gone
    end
  end

  defp attach_seat(room, seat, pid, now) do
    resumed? = seat.seated?

    seat = %{
      seat
      | pid: pid,
        joining: nil,
        seated?: true,
        link: seat.link && Link.connected(seat.link),
        packets: seat.packets || Bucket.new(room.limits.packets_per_second, now),
        bytes: seat.bytes || Bucket.new(room.limits.bytes_per_second, now)
    }

    room = put(room, seat)
    room = if resumed?, do: tell_acquaintances(room, seat, {:back, seat.number}), else: room
    room |> welcome(seat, resumed?) |> introduce(seat.number) |> touch(seat.number)
  end

  defp welcome(room, %{link: nil} = seat, _resumed?) do
    effect(room, {:tell, seat.pid, {:welcome, %{id: seat.id, host?: seat.number == room.host}}})
  end

  defp welcome(room, seat, resumed?) do
    welcome = %{
      seat: seat.number,
      id: seat.id,
      host: room.host,
      shape: room.shape,
      got: seat.link.got,
      seat_ms: room.seat_ms,
      max_packet: room.limits.max_packet_bytes,
      max_buffered: room.limits.max_buffered_bytes,
      resumed: resumed?,
      locked: room.locked?
    }

    effect(room, {:welcome, seat.pid, welcome})
  end

  @doc """
  The connection of a channel is lost, unless another one has its seat by now.
  """
  @spec detach(t, seat_number, pid, ms) :: t
  def detach(room, number, pid, now) do
    case room.seats do
      %{^number => %{pid: ^pid, link: nil}} when pid != nil ->
        remove(room, number)

      %{^number => %{pid: ^pid} = seat} when pid != nil ->
        seat = %{seat | pid: nil, away_at: now, link: Link.lost(seat.link)}
        room |> put(seat) |> touch(number) |> tell_acquaintances(seat, {:away, number})

      _ ->
        room
    end
  end

  @doc """
  Another channel of the same connection has replaced a channel. Its seat is kept only for a join with its token.
  """
  @spec replaced(t, seat_number, pid, ms) :: t
  def replaced(room, number, pid, now) do
    case room.seats do
      %{^number => %{pid: seated, joining: joining} = seat} when pid in [seated, joining] ->
        if Enum.any?(
             Map.values(room.seats),
             &(&1.order > seat.order and same_connection?(&1, seat))
           ) do
          remove(room, number)
        else
          room = detach(room, number, pid, now)
          put(room, %{room.seats[number] | joining: nil, replaced?: true})
        end

      _ ->
        room
    end
  end

  @doc """
  A channel gives its seat back.
  """
  @spec leave(t, seat_number, pid) :: t
  def leave(room, number, pid) do
    case room.seats do
      %{^number => %{pid: ^pid}} -> remove(room, number)
      _ -> room
    end
  end

  @doc """
  Handles a frame of the client in a seat.
  """
  @spec receive_frame(t, seat_number, pid, binary, ms) :: t
  def receive_frame(room, number, pid, frame, now) do
    case room.seats do
      %{^number => %{pid: ^pid} = seat} -> receive_frame(room, seat, frame, now)
      _ -> room
    end
  end

  defp receive_frame(room, seat, frame, now) do
    with {:ok, bytes} <- take(seat.bytes, byte_size(frame), now, "too many bytes"),
         {:ok, reliable, unreliable, link} <- Link.receive_frame(seat.link, frame, now),
         room = room |> put(%{seat | bytes: bytes, link: link}) |> touch(seat.number),
         {:ok, room} <- acknowledgement(room, seat.number, reliable <> unreliable, now),
         {:ok, room} <- entries(room, seat.number, reliable, :reliable, now),
         {:ok, room} <- entries(room, seat.number, unreliable, :unreliable, now) do
      room
    else
      {:error, reason} -> end_seat(room, seat.number, reason)
      {:error, reason, room} -> end_seat(room, seat.number, reason)
    end
  end

  # Frames that only acknowledge count as a packet, so that nobody sends them for ever.
  defp acknowledgement(room, number, <<>>, now), do: count_packet(room, number, now)
  defp acknowledgement(room, _number, _entries, _now), do: {:ok, room}

  defp entries(room, _number, <<>>, _section, _now), do: {:ok, room}

  defp entries(room, number, data, section, now) do
    with {:ok, entry, rest} <- Wire.read_up(data, section, room.limits.max_packet_bytes),
         {:ok, room} <- count_packet(room, number, now),
         {:ok, room} <- handle(room, room.seats[number], entry, now) do
      entries(room, number, rest, section, now)
    else
      {:error, reason} -> {:error, reason, room}
      {:error, _reason, _room} = error -> error
    end
  end

  defp count_packet(room, number, now) do
    seat = room.seats[number]

    case take(seat.packets, 1, now, "too many packets") do
      {:ok, packets} -> {:ok, put(room, %{seat | packets: packets})}
      {:error, reason} -> {:error, reason, room}
    end
  end

  defp take(bucket, amount, now, reason) do
    with :empty <- Bucket.take(bucket, amount, now), do: {:error, reason}
  end

  @doc """
  A process of this server sends a packet to the peers with these ids.
  """
  @spec send_packet(t, seat_number, Wire.mode(), 0..65_535, [pos_integer], binary, ms) :: t
  def send_packet(room, number, mode, channel, ids, data, now) do
    targets = for seat <- Map.values(room.seats), seat.id in ids, do: {seat.number, nil}
    forward(room, room.seats[number], mode, channel, targets, data, now)
  end

  @doc """
  A process of this server that is the host wants something of the room.
  """
  @spec request(t, seat_number, Wire.up(), ms) :: t
  def request(room, number, request, now) do
    case handle(room, room.seats[number], request, now) do
      {:ok, room} -> room
      {:error, _reason, room} -> room
    end
  end

  defp handle(room, seat, {:packet, mode, channel, targets, data}, now) do
    {:ok, forward(room, seat, mode, channel, targets, data, now)}
  end

  defp handle(room, seat, {:round_trip, ms}, _now) do
    {:ok, tell_acquaintances(room, seat, {:round_trip, seat.number, ms})}
  end

  defp handle(%{host: host} = room, %{number: number}, _request, _now) when number != host do
    {:error, "not allowed", room}
  end

  defp handle(%{locked?: same} = room, _seat, {:lock, same}, _now), do: {:ok, room}

  defp handle(room, _seat, {:lock, locked?}, _now) do
    {:ok, tell_all(%{room | locked?: locked?}, {:locked, locked?})}
  end

  defp handle(room, host, {kind, number}, _now) do
    case {kind, MapSet.member?(host.known, number)} do
      {_kind, false} ->
        {:ok, room}

      {:admit, true} ->
        {:ok, room |> put(%{room.seats[number] | admitted?: true}) |> introduce(number)}

      {:kick, true} ->
        {:ok, end_seat(room, number, "kicked")}
    end
  end

  # Targets that have just left, or do not know the sender, are passed over.
  defp forward(room, from, mode, channel, targets, data, now) do
    whole = Wire.packet(mode, channel, from.number, data)

    Enum.reduce(targets, room, fn {number, patch}, room ->
      if MapSet.member?(from.known, number) do
        to = room.seats[number]

        case to.link do
          nil ->
            packet = {:packet, from.id, mode, channel, Wire.patch(data, patch)}
            effect(room, {:tell, to.pid, packet})

          _link when patch == nil ->
            deliver(room, to, mode, whole, now)

          _link ->
            packet = Wire.packet(mode, channel, from.number, Wire.patch(data, patch))
            deliver(room, to, mode, packet, now)
        end
      else
        room
      end
    end)
  end

  defp deliver(room, to, 2, entry, _now), do: reliable(room, to, entry)

  defp deliver(room, to, _mode, entry, now) do
    room |> put(%{to | link: Link.unreliable(to.link, entry, now)}) |> touch(to.number)
  end

  defp reliable(room, to, entry) do
    link = Link.reliable(to.link, entry)
    room = room |> put(%{to | link: link}) |> touch(to.number)

    if link.buffered > room.limits.max_buffered_bytes,
      do: end_seat(room, to.number, "too far behind"),
      else: room
  end

  # Who knows whom: a joiner and the host at once, others when the host has admitted both; and nobody is
  # told of a peer while either is away.

  defp introduce(room, number) do
    room.seats
    |> Map.keys()
    |> Enum.reduce(room, fn other, room ->
      a = room.seats[number]
      b = room.seats[other]

      if other != number and a.pid != nil and b.pid != nil and
           not MapSet.member?(a.known, other) and may_meet?(room, a, b) do
        room |> tell_of(number, other) |> tell_of(other, number)
      else
        room
      end
    end)
  end

  defp may_meet?(room, a, b) do
    (room.host in [a.number, b.number] or (a.admitted? and b.admitted?)) and
      room.rules.authorize(:send, a.member, b.member) == :ok and
      room.rules.authorize(:send, b.member, a.member) == :ok
  end

  defp tell_of(room, number, other) do
    seat = room.seats[number]
    %{id: id, info: info} = room.seats[other]

    room
    |> put(%{seat | known: MapSet.put(seat.known, other)})
    |> tell(number, {:peer, other, id, info})
  end

  defp tell_acquaintances(room, of, notice) do
    for {number, seat} <- room.seats,
        number != of.number,
        MapSet.member?(seat.known, of.number),
        reduce: room do
      room -> tell(room, number, notice)
    end
  end

  defp tell_all(room, notice) do
    Enum.reduce(Map.keys(room.seats), room, &tell(&2, &1, notice))
  end

  defp tell(room, number, notice) do
    case room.seats[number] do
      %{link: nil, pid: pid} -> effect(room, {:tell, pid, local(room, notice)})
      seat -> reliable(room, seat, Wire.notice(notice))
    end
  end

  # What a process of this server is told names peers by their ids, as the games do.
  defp local(_room, {:peer, _seat, id, info}), do: {:peer_connected, id, info}
  defp local(room, {:gone, seat}), do: {:peer_disconnected, room.seats[seat].id}
  defp local(room, {:host, seat}), do: {:host_changed, room.seats[seat].id}
  defp local(room, {:away, seat}), do: {:away, room.seats[seat].id}
  defp local(room, {:back, seat}), do: {:back, room.seats[seat].id}
  defp local(room, {:round_trip, seat, ms}), do: {:round_trip, room.seats[seat].id, ms}
  defp local(_room, {:locked, locked?}), do: {:locked, locked?}

  # Endings

  defp end_seat(room, number, reason) do
    if List.keymember?(room.ending, number, 0),
      do: room,
      else: %{room | ending: [{number, reason} | room.ending]}
  end

  # What one is told may be too much for another, so there may be several rounds.
  defp end_all(%{ending: []} = room), do: room

  defp end_all(room) do
    ending = Enum.reverse(room.ending)

    ending
    |> Enum.reduce(%{room | ending: []}, fn {number, reason}, room ->
      case room.seats do
        %{^number => seat} -> room |> say_end(seat, reason) |> remove(number)
        _ -> room
      end
    end)
    |> end_all()
  end

  defp say_end(room, %{pid: nil}, _reason), do: room

  defp say_end(room, %{link: nil} = seat, reason),
    do: effect(room, {:tell, seat.pid, {:ended, reason}})

  defp say_end(room, seat, reason), do: effect(room, {:end, seat.pid, reason})

  defp remove(room, number) do
    seat = room.seats[number]
    host? = number == room.host

    room =
      if host? and room.shape == :host,
        do: %{tell_others(room, number, {:gone, number}) | closed?: true},
        else: tell_acquaintances(room, seat, {:gone, number})

    others = Map.delete(room.seats, number)
    seats = Map.new(others, fn {n, other} -> {n, forget(other, number)} end)
    room = %{room | seats: seats, due: Map.delete(room.due, number)}

    cond do
      seats == %{} -> %{room | closed?: true}
      host? and room.shape == :mesh -> succeed(room)
      true -> room
    end
  end

  defp tell_others(room, number, notice) do
    room.seats |> Map.delete(number) |> Map.keys() |> Enum.reduce(room, &tell(&2, &1, notice))
  end

  defp forget(seat, number), do: %{seat | known: MapSet.delete(seat.known, number)}

  defp succeed(room) do
    [next | _] = room.seats |> Map.values() |> Enum.sort(&Seat.better_host?/2)

    %{room | host: next.number}
    |> put(%{next | admitted?: true})
    |> tell_all({:host, next.number})
    |> introduce(next.number)
  end

  @doc """
  Does what is due. Call it after each other call, and again at the time that it returns.
  """
  @spec flush(t, ms) :: {t, next :: ms | nil}
  def flush(room, now) do
    room = end_all(room)
    late = for {number, at} <- room.due, at <= now, into: room.touched, do: number

    room =
      Enum.reduce(late, %{room | touched: MapSet.new()}, fn number, room ->
        case room.seats do
          %{^number => seat} -> send_due(room, seat, now)
          _ -> room
        end
      end)

    cond do
      room.closed? -> {close(room, now), nil}
      room.ending != [] or MapSet.size(room.touched) > 0 -> flush(room, now)
      true -> {room, Enum.min(Map.values(room.due), fn -> nil end)}
    end
  end

  defp send_due(room, %{pid: nil} = seat, now) do
    gone_at = seat.away_at + room.seat_ms

    if gone_at <= now,
      do: remove(room, seat.number),
      else: %{room | due: Map.put(room.due, seat.number, gone_at)}
  end

  defp send_due(room, %{link: nil} = seat, _now) do
    %{room | due: Map.delete(room.due, seat.number)}
  end

  defp send_due(room, seat, now) do
    case Link.next(seat.link, now) do
      {:frame, frame, link} ->
        seat = %{seat | link: link}
        room |> put(seat) |> effect({:frame, seat.pid, frame}) |> send_due(seat, now)

      {:wait, nil, link} ->
        %{put(room, %{seat | link: link}) | due: Map.delete(room.due, seat.number)}

      {:wait, at, link} ->
        %{put(room, %{seat | link: link}) | due: Map.put(room.due, seat.number, at)}
    end
  end

  # The last entries are sent before the channels end.
  defp close(room, now) do
    Enum.reduce(Map.values(room.seats), %{room | seats: %{}, due: %{}}, fn
      %{pid: nil}, room ->
        room

      %{link: nil} = seat, room ->
        effect(room, {:tell, seat.pid, {:ended, ""}})

      seat, room ->
        room
        |> send_due(%{seat | link: Link.hurry(seat.link)}, now)
        |> effect({:end, seat.pid, ""})
    end)
    |> Map.merge(%{seats: %{}, due: %{}})
  end

  @doc """
  What is to be done, oldest first.
  """
  @spec take_effects(t) :: {[tuple], t}
  def take_effects(room), do: {Enum.reverse(room.effects), %{room | effects: []}}

  @doc """
  What the hooks and the list of rooms are told of a room.
  """
  @spec summary(t) :: map
  def summary(room) do
    %{
      topic: room.topic,
      shape: room.shape,
      peers: map_size(room.seats),
      max_peers: room.max_peers,
      locked: room.locked?
    }
  end

  defp put(room, seat), do: %{room | seats: Map.put(room.seats, seat.number, seat)}
  defp touch(room, number), do: %{room | touched: MapSet.put(room.touched, number)}
  defp effect(room, effect), do: %{room | effects: [effect | room.effects]}
end
