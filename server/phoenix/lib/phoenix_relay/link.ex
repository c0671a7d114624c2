defmodule PhoenixRelay.Link do
  @moduledoc """
  One side's state of a stream of frames, which outlives connections: reliable sections that the other
  side has not acknowledged, unreliable entries that wait, and when the next frame is due.

  Pure functions; times are milliseconds of any clock that only moves forward. `lost/1` ends a
  connection, `resume/2` and `connected/1` begin the next one.
  """

  alias PhoenixRelay.Wire

  @max_section 64 * 1024
  @ack_delay_ms 50
  @ack_every 16
  @ack_bytes 256 * 1024
  @unknown_delay_ms 750
  @slow_after_ms 250
  @max_waiting_ms 100
  @max_unreliable 64 * 1024

  # Unreliable bytes that the other side has not acknowledged: more make the link slow.
  @max_in_flight 1024 * 1024

  defstruct interval: 0,
            up?: false,
            # Reliable entries that are in no section yet, newest first, as {bytes, entry}.
            entries: [],
            # Sections that are not acknowledged, oldest first, as {number, data}; those not yet sent over this connection.
            sections: :queue.new(),
            unsent: [],
            newest: 0,
            released: 0,
            buffered: 0,
            # Unreliable entries, oldest first, as {since, bytes, entry}.
            loose: :queue.new(),
            loose_bytes: 0,
            dropped: 0,
            # Frames that are not acknowledged, oldest first, as {sent at, number of the section or 0, unreliable bytes}.
            flight: :queue.new(),
            flight_bytes: 0,
            sent: 0,
            acknowledged: 0,
            least_delay: nil,
            got: 0,
            heard: 0,
            acked: 0,
            # Bytes of the frames that the other side does not know of yet.
            unsaid: 0,
            owed_at: 0,
            next_at: nil

  @type t :: %__MODULE__{}
  @type ms :: integer

  @doc """
  A link that waits for `connected/1`. Frames with entries are at least `interval` milliseconds apart.
  """
  @spec new(non_neg_integer) :: t
  def new(interval), do: %__MODULE__{interval: interval}

  @doc """
  Adds a reliable entry.
  """
  @spec reliable(t, iodata) :: t
  # It may wait for long: a copy, so that it does not keep all of the frame that it came in.
  def reliable(%{up?: false} = link, entry) when is_list(entry) do
    reliable(link, IO.iodata_to_binary(entry))
  end

  def reliable(link, entry) do
    size = IO.iodata_length(entry)

    %{link | entries: [{size, entry} | link.entries], buffered: link.buffered + size}
  end

  @doc """
  Adds an unreliable entry; without a connection it is dropped.
  """
  @spec unreliable(t, iodata, ms) :: t
  def unreliable(%{up?: false} = link, _entry, _now), do: %{link | dropped: link.dropped + 1}

  def unreliable(link, entry, now) do
    size = IO.iodata_length(entry)
    loose = :queue.in({now, size, entry}, link.loose)
    link = %{link | loose: loose, loose_bytes: link.loose_bytes + size}
    if slow?(link, now), do: limit(link), else: link
  end

  # The newest may wait alone, whatever its size.
  defp limit(%{loose_bytes: bytes} = link) when bytes > @max_unreliable do
    if :queue.len(link.loose) > 1, do: link |> drop_oldest() |> limit(), else: link
  end

  defp limit(link), do: link

  defp drop_oldest(link) do
    {{:value, {_since, size, _entry}}, loose} = :queue.out(link.loose)
    %{link | loose: loose, loose_bytes: link.loose_bytes - size, dropped: link.dropped + 1}
  end

  @doc """
  The connection is gone: unreliable entries are dropped, reliable ones wait.
  """
  @spec lost(t) :: t
  def lost(link) do
    %{
      link
      | up?: false,
        unsent: :queue.to_list(link.sections),
        loose: :queue.new(),
        loose_bytes: 0,
        dropped: link.dropped + :queue.len(link.loose),
        flight: :queue.new(),
        flight_bytes: 0,
        sent: 0,
        acknowledged: 0,
        least_delay: nil,
        heard: 0,
        acked: 0,
        unsaid: 0,
        next_at: nil
    }
  end

  @doc """
  Prepares a connection to a client that has the sections up to `got`; those after it are to be sent again.
  """
  @spec resume(t, non_neg_integer) :: {:ok, t} | :error
  def resume(link, got) do
    if got < link.released or got > link.newest do
      :error
    else
      link = link |> lost() |> release(got)
      {:ok, %{link | unsent: :queue.to_list(link.sections)}}
    end
  end

  @doc """
  The connection that `resume/2` has prepared is there.
  """
  @spec connected(t) :: t
  def connected(link), do: %{link | up?: true}

  @doc """
  Whether the network, or the client, does not keep up.
  """
  @spec slow?(t, ms) :: boolean
  def slow?(link, now) do
    case :queue.peek(link.flight) do
      {:value, {at, _seq, _bytes}} ->
        now - at > (link.least_delay || @unknown_delay_ms) + @slow_after_ms or
          link.flight_bytes > @max_in_flight

      :empty ->
        false
    end
  end

  @doc """
  Takes in a frame: what is in its two sections.
  """
  @spec receive_frame(t, binary, ms) ::
          {:ok, reliable :: binary, unreliable :: binary, t} | {:error, reason :: String.t()}
  def receive_frame(link, frame, now) do
    with {:ok, header} <- Wire.read_frame(frame),
         {:ok, link} <- count(link, header, now),
         {:ok, link} <- acknowledge(link, header.ack, now) do
      {:ok, header.reliable, header.unreliable, link}
    end
  end

  defp count(link, %{seq: 0, unreliable: <<>>}, _now), do: {:ok, link}

  defp count(%{got: got}, %{seq: seq}, _now) when seq != 0 and seq != got + 1 do
    {:error, "bad sequence"}
  end

  defp count(link, %{seq: seq} = header, now) do
    owed_at = if link.heard == link.acked, do: now, else: link.owed_at
    bytes = byte_size(header.reliable) + byte_size(header.unreliable)

    {:ok,
     %{
       link
       | heard: link.heard + 1,
         unsaid: link.unsaid + bytes,
         got: max(link.got, seq),
         owed_at: owed_at
     }}
  end

  defp acknowledge(%{sent: sent}, count, _now) when count > sent, do: {:error, "malformed"}

  defp acknowledge(%{acknowledged: known} = link, count, _now) when count <= known do
    {:ok, link}
  end

  defp acknowledge(link, count, now) do
    {{:value, {at, seq, bytes}}, flight} = :queue.out(link.flight)
    delay = now - at

    acknowledge(
      release(
        %{
          link
          | flight: flight,
            flight_bytes: link.flight_bytes - bytes,
            acknowledged: link.acknowledged + 1,
            least_delay: min(link.least_delay || delay, delay)
        },
        seq
      ),
      count,
      now
    )
  end

  defp release(link, seq) do
    case :queue.peek(link.sections) do
      {:value, {number, data}} when number <= seq ->
        release(
          %{
            link
            | sections: :queue.drop(link.sections),
              released: number,
              buffered: link.buffered - byte_size(data)
          },
          seq
        )

      _ ->
        link
    end
  end

  @doc """
  Lets the next frame leave without waiting for more.
  """
  @spec hurry(t) :: t
  def hurry(link), do: %{link | next_at: nil}

  @doc """
  The next frame, if one is due; call it again until there is none. Otherwise when one will be, as far as is
  known: without a time, not before something is added or received.
  """
  @spec next(t, ms) :: {:frame, iodata, t} | {:wait, ms | nil, t}
  def next(%{up?: false} = link, _now), do: {:wait, nil, link}

  def next(link, now) do
    link = forget(link, now - @max_waiting_ms)

    sendable? =
      link.unsent != [] or link.entries != [] or (link.loose_bytes > 0 and not slow?(link, now))

    due =
      [ack_due(link, now), sendable? && entries_due(link, now)]
      |> Enum.filter(& &1)
      |> Enum.min(fn -> nil end)

    if due == nil or due > now, do: {:wait, due, link}, else: frame(link, now)
  end

  defp ack_due(%{heard: same, acked: same}, _now), do: nil
  defp ack_due(%{heard: heard, acked: acked}, now) when heard - acked >= @ack_every, do: now
  defp ack_due(%{unsaid: bytes}, now) when bytes >= @ack_bytes, do: now
  defp ack_due(link, _now), do: link.owed_at + @ack_delay_ms

  defp entries_due(%{loose_bytes: bytes}, now) when bytes >= @max_unreliable, do: now
  defp entries_due(link, now), do: link.next_at || now

  defp forget(link, before) do
    case :queue.peek(link.loose) do
      {:value, {since, _size, _entry}} when since < before ->
        link |> drop_oldest() |> forget(before)

      _ ->
        link
    end
  end

  defp frame(link, now) do
    {seq, section, link} = section(link)
    {loose, loose_bytes, link} = if slow?(link, now), do: {[], 0, link}, else: take_loose(link)
    frame = Wire.frame(link.heard, seq, section, loose)
    link = %{link | acked: link.heard, unsaid: 0}

    if seq == 0 and loose_bytes == 0 do
      {:frame, frame, link}
    else
      more? = link.unsent != [] or link.entries != []

      {:frame, frame,
       %{
         link
         | sent: link.sent + 1,
           flight: :queue.in({now, seq, loose_bytes}, link.flight),
           flight_bytes: link.flight_bytes + loose_bytes,
           next_at: if(more?, do: nil, else: now + link.interval)
       }}
    end
  end

  defp section(%{unsent: [{seq, data} | unsent]} = link),
    do: {seq, data, %{link | unsent: unsent}}

  defp section(%{entries: []} = link), do: {0, <<>>, link}

  defp section(link) do
    {entries, rest} = cut(Enum.reverse(link.entries), [], 0)
    data = IO.iodata_to_binary(entries)
    seq = link.newest + 1

    {seq, data,
     %{
       link
       | entries: Enum.reverse(rest),
         newest: seq,
         sections: :queue.in({seq, data}, link.sections)
     }}
  end

  defp cut([{size, entry} | rest], taken, bytes)
       when taken == [] or bytes + size <= @max_section do
    cut(rest, [taken, entry], bytes + size)
  end

  defp cut(rest, taken, _bytes), do: {taken, rest}

  defp take_loose(link) do
    entries = for {_since, _size, entry} <- :queue.to_list(link.loose), do: entry
    {entries, link.loose_bytes, %{link | loose: :queue.new(), loose_bytes: 0}}
  end
end
