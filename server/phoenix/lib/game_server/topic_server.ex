defmodule GameServer.TopicServer do
  @moduledoc """
  Keeps one process for a topic, for what its channels share: an arena's players, a chat's history.

  The process starts when it is first called, on the node of that caller, and is registered with
  `:global`: in a cluster there is one for a topic, wherever its callers are. It ends when its module
  wants it to (see `GameServer.Arena`), and is not restarted: whoever needs it again calls it again.
  """

  use DynamicSupervisor

  @attempts 5

  @doc false
  def start_link(_options) do
    DynamicSupervisor.start_link(__MODULE__, :ok, name: __MODULE__)
  end

  @impl true
  def init(:ok), do: DynamicSupervisor.init(strategy: :one_for_one)

  @doc """
  Calls the process of `module` for `topic`, starting it if there is none.
  """
  @spec call(module, String.t(), term) :: term
  def call(module, topic, message), do: call(module, topic, message, @attempts)

  # The process may end between being found and being called; then there is a new one to start.
  defp call(module, topic, message, attempts) do
    GenServer.call(find(module, topic), message)
  catch
    :exit, {reason, {GenServer, :call, _}} when reason in [:normal, :noproc] and attempts > 1 ->
      call(module, topic, message, attempts - 1)
  end

  defp find(module, topic) do
    name = {:global, {module, topic}}

    with nil <- GenServer.whereis(name),
         spec = %{
           id: module,
           start: {GenServer, :start_link, [module, topic, [name: name]]},
           restart: :temporary
         },
         {:error, {:already_started, pid}} <- DynamicSupervisor.start_child(__MODULE__, spec) do
      pid
    else
      {:ok, pid} -> pid
      pid when is_pid(pid) -> pid
    end
  end
end
