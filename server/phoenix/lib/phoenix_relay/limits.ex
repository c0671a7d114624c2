defmodule PhoenixRelay.Limits do
  @moduledoc """
  What the relay allows. Everything can be set where `PhoenixRelay` is started.
  """

  @max_seats 250

  defstruct max_rooms: 1000,
            max_peers: 64,
            max_packet_bytes: 4 * 1024 * 1024,
            packets_per_second: 20_000,
            bytes_per_second: 4 * 1024 * 1024,
            max_buffered_bytes: 8 * 1024 * 1024,
            min_seat_ms: 1000,
            max_seat_ms: 120_000

  @typedoc """
  `max_rooms` on this node; `max_peers` in a room, at most #{@max_seats}; `packets_per_second` and
  `bytes_per_second` from one peer, which may send four times as much after a pause; `max_buffered_bytes`
  that wait for one peer; `min_seat_ms` and `max_seat_ms`, how long the opener of a room may have seats kept.
  """
  @type t :: %__MODULE__{}

  @doc """
  The limits with these changes.
  """
  @spec new(keyword) :: t
  def new(changes) do
    limits = struct!(__MODULE__, changes)
    %{limits | max_peers: min(limits.max_peers, @max_seats)}
  end

  @doc "How many seats a room can have."
  @spec max_seats() :: pos_integer
  def max_seats, do: @max_seats
end
