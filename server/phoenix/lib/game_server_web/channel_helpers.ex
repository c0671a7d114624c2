defmodule GameServerWeb.ChannelHelpers do
  @moduledoc """
  How channels refuse, and how they say who is there.
  """

  import Phoenix.Channel, only: [push: 3]

  alias GameServerWeb.Presence
  alias Phoenix.Socket

  @doc """
  Whether a payload as it came can be broadcast: an object, or `{:binary, bytes}`. (A reply may be any JSON.)
  """
  defguard is_broadcastable(payload) when is_map(payload) or is_tuple(payload)

  @doc """
  A reply that says why not; the channel goes on.
  """
  @spec refuse(Socket.t(), String.t()) :: {:reply, {:error, map}, Socket.t()}
  def refuse(socket, reason), do: {:reply, {:error, %{reason: reason}}, socket}

  @doc """
  Tracks the user with this meta and tells the client who else is there.

  The topic has to be joined: call it after `join/3`, from `handle_info/2`.
  """
  @spec announce(Socket.t(), map) :: :ok
  def announce(socket, meta) do
    meta = Map.put(meta, :online_at, System.system_time(:second))
    {:ok, _ref} = Presence.track(socket, socket.assigns.user_id, meta)
    push(socket, "presence_state", Presence.list(socket))
  end

  @doc """
  Changes the user's meta, for all to see.
  """
  @spec change_meta(Socket.t(), map) :: :ok
  def change_meta(socket, changes) do
    {:ok, _ref} = Presence.update(socket, socket.assigns.user_id, &Map.merge(&1, changes))
    :ok
  end

  @doc """
  The part of a topic behind its colon, if it is of a sensible length: a topic may start a process.
  """
  @spec check_name(String.t()) :: :ok | :error
  def check_name(name) when byte_size(name) in 1..64, do: :ok
  def check_name(_name), do: :error
end
