defmodule PhoenixRelay.Room do
  @moduledoc """
  The process of a room: `PhoenixRelay.RoomState` with a clock, and what follows from it.

  A room's process is registered with `:global`, so that in a cluster there is one for a topic, wherever its
  peers are. It lives on the node of the peer that opened it, ends with its last peer, and is not restarted:
  whoever was in it learns that the room is gone.
  """

  use GenServer, restart: :temporary

  alias PhoenixRelay.{Request, RoomState, Rooms}

  # Two changes of a room in the list are at least so far apart.
  @list_every_ms 1000
  # A room whose opener has gone before it could join.
  @empty_ms 5000

  @doc false
  def start_link({topic, %Request{} = request}) do
    GenServer.start_link(__MODULE__, {topic, request}, name: Rooms.name(topic))
  end

  @doc """
  Finds or makes a seat for the calling channel, which attaches itself when its join is answered.
  """
  @spec join(pid, Request.t(), map) :: {:ok, RoomState.seat_number()} | {:error, String.t()}
  def join(room, request, member), do: GenServer.call(room, {:join, request, member})

  @doc "Gives the calling process of this server a seat."
  @spec join_local(pid, Request.t(), map) :: {:ok, RoomState.seat_number()} | {:error, String.t()}
  def join_local(room, request, member), do: GenServer.call(room, {:join_local, request, member})

  @doc "Connects the calling channel to its seat."
  @spec attach(pid, RoomState.seat_number()) :: :ok
  def attach(room, seat), do: GenServer.cast(room, {:attach, seat, self()})

  @doc "Hands over a frame that the calling channel has received."
  @spec receive_frame(pid, RoomState.seat_number(), binary) :: :ok
  def receive_frame(room, seat, frame), do: GenServer.cast(room, {:frame, seat, self(), frame})

  @doc "Gives the calling process's seat back."
  @spec leave(pid, RoomState.seat_number()) :: :ok
  def leave(room, seat), do: GenServer.cast(room, {:leave, seat, self()})

  @doc false
  def act(room, seat, action), do: GenServer.cast(room, {:act, seat, self(), action})

  @impl true
  def init({topic, request}) do
    config = PhoenixRelay.config()
    state = RoomState.open(topic, request, config.limits, config.rules)

    {:ok, %{state: state, config: config, watched: %{}, timer: nil, list: nil, listed_at: nil},
     @empty_ms}
  end

  @impl true
  def handle_call({:join, request, member}, {pid, _tag}, room) do
    state = RoomState.vacate(room.state, request)

    if state.closed? do
      # The caller looks for a room again.
      Rooms.forget(state.topic)
      noreply(room, state)
    else
      case RoomState.join(state, pid, request, member, now()) do
        {:ok, seat, state} -> reply({:ok, seat}, watch(room, pid, seat), state)
        {:error, reason, state} -> reply({:error, reason}, room, state)
      end
    end
  end

  def handle_call({:join_local, request, member}, {pid, _tag}, room) do
    case RoomState.join_local(room.state, pid, request, member, now()) do
      {:ok, seat, state} -> reply({:ok, seat}, watch(room, pid, seat), state)
      {:error, reason, state} -> reply({:error, reason}, room, state)
    end
  end

  @impl true
  def handle_cast({:attach, seat, pid}, room) do
    case RoomState.attach(room.state, seat, pid, now()) do
      {:ok, state} ->
        noreply(room, state)

      # The seat was given up meanwhile, or has another channel.
      :gone ->
        send(pid, {:relay_end, ""})
        noreply(room, room.state)
    end
  end

  def handle_cast({:frame, seat, pid, frame}, room) do
    noreply(room, RoomState.receive_frame(room.state, seat, pid, frame, now()))
  end

  def handle_cast({:leave, seat, pid}, room) do
    noreply(room, RoomState.leave(room.state, seat, pid))
  end

  def handle_cast({:act, seat, pid, action}, room) do
    case room.state.seats do
      %{^seat => %{pid: ^pid}} -> noreply(room, act(room.state, seat, action, now()))
      _ -> noreply(room, room.state)
    end
  end

  @impl true
  def handle_info({:DOWN, monitor, :process, pid, reason}, room) do
    {seat, watched} = Map.pop(room.watched, monitor)
    noreply(%{room | watched: watched}, gone(room.state, seat, pid, reason))
  end

  def handle_info(:tick, room), do: noreply(%{room | timer: nil}, room.state)
  def handle_info(:list, room), do: noreply(%{room | listed_at: nil}, room.state)
  def handle_info(:timeout, room), do: noreply(room, room.state)

  # Phoenix's reason for the end of a channel whose topic its connection joins again.
  defp gone(state, seat, pid, {:shutdown, :duplicate_join}),
    do: RoomState.replaced(state, seat, pid, now())

  defp gone(state, seat, pid, _reason), do: RoomState.detach(state, seat, pid, now())

  defp act(state, seat, {:send, mode, channel, ids, data}, now) do
    RoomState.send_packet(state, seat, mode, channel, ids, data, now)
  end

  defp act(state, seat, {kind, id}, now) when kind in [:admit, :kick] do
    case Enum.find(Map.values(state.seats), &(&1.id == id)) do
      nil -> state
      other -> RoomState.request(state, seat, {kind, other.number}, now)
    end
  end

  defp act(state, seat, {:lock, _locked?} = request, now) do
    RoomState.request(state, seat, request, now)
  end

  defp watch(room, pid, seat) do
    %{room | watched: Map.put(room.watched, Process.monitor(pid), seat)}
  end

  defp reply(reply, room, state) do
    case settle(room, state) do
      {:go_on, room} -> {:reply, reply, room, timeout(room)}
      {:over, room} -> {:stop, :normal, reply, room}
    end
  end

  defp noreply(room, state) do
    case settle(room, state) do
      {:go_on, room} -> {:noreply, room, timeout(room)}
      {:over, room} -> {:stop, :normal, room}
    end
  end

  defp timeout(%{state: %{seats: seats}}) when seats == %{}, do: @empty_ms
  defp timeout(_room), do: :infinity

  # Does all that follows from a change.
  defp settle(room, state) do
    {state, next} = RoomState.flush(state, now())
    {effects, state} = RoomState.take_effects(state)
    Enum.each(effects, &perform/1)
    room = %{room | state: state}

    if state.closed? or (state.seats == %{} and state.joins > 0),
      do: {:over, room},
      else: {:go_on, room |> schedule(next) |> list()}
  end

  defp perform({:welcome, pid, welcome}), do: send(pid, {:relay_welcome, welcome})
  defp perform({:frame, pid, frame}), do: send(pid, {:relay_frame, IO.iodata_to_binary(frame)})
  defp perform({:end, pid, reason}), do: send(pid, {:relay_end, reason})
  defp perform({:tell, pid, message}), do: send(pid, {:relay, self(), message})

  defp schedule(room, nil), do: room

  # An earlier timer finds nothing to do and asks again.
  defp schedule(%{timer: {at, _timer}} = room, next) when at <= next, do: room

  defp schedule(room, next) do
    with {_at, timer} <- room.timer, do: Process.cancel_timer(timer)
    %{room | timer: {next, Process.send_after(self(), :tick, max(next - now(), 0))}}
  end

  # The room's place in the list of rooms, for which this process is present.
  defp list(%{state: %{listed?: false}} = room), do: room
  defp list(%{state: %{host: nil}} = room), do: room
  defp list(%{listed_at: {:waiting, _}} = room), do: room

  defp list(%{state: state} = room) do
    case {meta(state), room} do
      {meta, %{list: meta}} ->
        room

      {meta, %{list: nil}} ->
        {:ok, _ref} =
          room.config.presence.track(self(), PhoenixRelay.list_topic(), code(state), meta)

        listed(room, meta)

      {meta, %{listed_at: at}} ->
        if at == nil or now() >= at + @list_every_ms do
          {:ok, _ref} =
            room.config.presence.update(self(), PhoenixRelay.list_topic(), code(state), meta)

          listed(room, meta)
        else
          Process.send_after(self(), :list, at + @list_every_ms - now())
          %{room | listed_at: {:waiting, at}}
        end
    end
  end

  defp listed(room, meta), do: %{room | list: meta, listed_at: now()}

  defp meta(state) do
    host = state.seats[state.host]

    state
    |> RoomState.summary()
    |> Map.delete(:topic)
    |> Map.put(:host, host && Phoenix.json_library().decode!(host.info))
  end

  defp code(%{topic: "relay:" <> code}), do: code

  defp now, do: System.monotonic_time(:millisecond)
end
