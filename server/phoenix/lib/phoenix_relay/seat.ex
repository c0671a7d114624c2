defmodule PhoenixRelay.Seat do
  @moduledoc """
  A peer's place in a room, which it keeps for a while without a connection.

  A seat is a client's, reached through its channel and a `PhoenixRelay.Link`, or that of a process of this
  server, which gets messages (see `PhoenixRelay.Peer`) and has no link.
  """

  alias PhoenixRelay.Link

  # The time that entries for one client are collected.
  @coalescing_ms 15

  @enforce_keys [:number, :id, :token, :info, :order, :member, :away_at]
  defstruct [
    :number,
    :id,
    :token,
    :info,
    # Counts the room's joins.
    :order,
    # The process of the connection of its latest join.
    :connection,
    # What the hooks are told of it.
    :member,
    # Since when it is away, if it is.
    :away_at,
    # The channel, or the process of this server; nil while away.
    :pid,
    # The channel that has joined last, until it attaches itself.
    :joining,
    # nil for a process of this server.
    :link,
    :packets,
    :bytes,
    admitted?: false,
    # Its channel was replaced by another one of the same connection.
    replaced?: false,
    # Numbers of the seats that this one was told of.
    known: MapSet.new(),
    # Attached once: the next time is a return.
    seated?: false
  ]

  @type t :: %__MODULE__{}

  @doc "A link as a client's seat has it."
  @spec link() :: Link.t()
  def link, do: Link.new(@coalescing_ms)

  @doc "Whether the one seat should rather be the next host than the other."
  @spec better_host?(t, t) :: boolean
  def better_host?(seat, other), do: rank(seat) <= rank(other)

  defp rank(seat), do: {not seat.admitted?, seat.pid == nil, seat.order}
end
