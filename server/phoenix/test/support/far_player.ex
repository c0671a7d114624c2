defmodule GameServer.FarPlayer do
  @moduledoc """
  A process on another node that does what it is told, and lives on, as a channel would.
  """

  @doc "Starts one, linked to nobody."
  @spec start(node) :: pid
  def start(node), do: Node.spawn(node, __MODULE__, :loop, [])

  @doc "Has it call a function, and gives the result."
  @spec call(pid, module, atom, list) :: term
  def call(player, module, function, arguments) do
    ref = make_ref()
    send(player, {self(), ref, module, function, arguments})

    receive do
      {^ref, result} -> result
    after
      10_000 -> raise "the player on #{node(player)} does not answer"
    end
  end

  @doc false
  def loop do
    receive do
      {from, ref, module, function, arguments} ->
        send(from, {ref, apply(module, function, arguments)})
        loop()
    end
  end
end
