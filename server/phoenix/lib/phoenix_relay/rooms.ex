defmodule PhoenixRelay.Rooms do
  @moduledoc """
  Finds a room, or opens it.
  """

  use DynamicSupervisor

  alias PhoenixRelay.{Request, Room}

  @attempts 5

  @doc false
  def start_link(_options), do: DynamicSupervisor.start_link(__MODULE__, :ok, name: __MODULE__)

  @impl true
  def init(:ok), do: DynamicSupervisor.init(strategy: :one_for_one)

  @doc false
  def name(topic), do: {:global, {Room, topic}}

  @doc false
  def forget(topic), do: :global.unregister_name({Room, topic})

  @doc """
  A seat in the room of a topic, which is opened if the request is for a new one. `join` is
  `&Room.join/3`, or what does the same.
  """
  @spec join(String.t(), Request.t(), map, (pid, Request.t(), map -> result)) ::
          {:ok, pid, PhoenixRelay.RoomState.seat_number()} | {:error, String.t()}
        when result: {:ok, PhoenixRelay.RoomState.seat_number()} | {:error, String.t()}
  def join(topic, request, member, join), do: join(topic, request, member, join, @attempts)

  # A room may end between being found and being asked; then it is as if it had not been found.
  defp join(topic, request, member, join, attempts) do
    with {:ok, room} <- find_or_open(topic, request, member),
         {:ok, seat} <- join.(room, request, member) do
      {:ok, room, seat}
    end
  catch
    :exit, {reason, {GenServer, :call, _}} when reason in [:normal, :noproc] and attempts > 1 ->
      join(topic, request, member, join, attempts - 1)
  end

  defp find_or_open(topic, request, member) do
    case {GenServer.whereis(name(topic)), request} do
      {pid, _request} when is_pid(pid) -> {:ok, pid}
      {nil, %{resume?: true}} -> {:error, "seat gone"}
      {nil, %{role: :client}} -> {:error, "no room"}
      {nil, _request} -> open(topic, request, member)
    end
  end

  defp open(topic, request, member) do
    config = PhoenixRelay.config()

    room = %{
      topic: topic,
      shape: request.shape,
      peers: 0,
      max_peers: request.max_peers,
      locked: false
    }

    cond do
      config.rules.authorize(:host, member, room) != :ok ->
        {:error, "not allowed"}

      DynamicSupervisor.count_children(__MODULE__).active >= config.limits.max_rooms ->
        {:error, "too many rooms"}

      true ->
        case DynamicSupervisor.start_child(__MODULE__, {Room, {topic, request}}) do
          {:ok, pid} -> {:ok, pid}
          {:error, {:already_started, pid}} -> {:ok, pid}
        end
    end
  end
end
