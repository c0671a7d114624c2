defmodule GameServer.DiceReferee do
  @moduledoc """
  An example of a server that takes part in a room: it is the host, and rolls the dice, so that no player can.

      {:ok, _pid} = GameServer.DiceReferee.start_link("relay:dice")

  In Godot, as a client of that room:

      multiplayer.peer_packet.connect(func(_id: int, dice: PackedByteArray) -> void: print(dice[0]))
      multiplayer.send_bytes("roll".to_utf8_buffer(), 1)

  Who asks has the answer sent to everybody who is there: one byte, 1 to 6.
  """

  use GenServer, restart: :transient

  alias PhoenixRelay.Peer

  @doc "Opens the room of a topic, and stays as long as the room does."
  @spec start_link(String.t()) :: GenServer.on_start()
  def start_link(topic), do: GenServer.start_link(__MODULE__, topic)

  @impl true
  def init(topic) do
    case Peer.join(topic, role: :host, info: %{name: "referee"}) do
      {:ok, peer} -> {:ok, %{peer: peer, players: MapSet.new()}}
      {:error, reason} -> {:stop, reason}
    end
  end

  @impl true
  def handle_info({:relay, _room, message}, state), do: handle_message(message, state)

  defp handle_message({:peer_connected, id, _info}, state) do
    Peer.admit(state.peer, id)
    {:noreply, update_in(state.players, &MapSet.put(&1, id))}
  end

  defp handle_message({:peer_disconnected, id}, state) do
    {:noreply, update_in(state.players, &MapSet.delete(&1, id))}
  end

  defp handle_message({:packet, _id, _mode, _channel, <<3, "roll">>}, state) do
    roll = Peer.bytes(<<Enum.random(1..6)>>)
    Peer.send(state.peer, MapSet.to_list(state.players), roll)
    {:noreply, state}
  end

  defp handle_message({:ended, _reason}, state), do: {:stop, :normal, state}
  defp handle_message(_message, state), do: {:noreply, state}
end
