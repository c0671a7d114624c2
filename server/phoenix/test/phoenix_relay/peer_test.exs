defmodule PhoenixRelay.PeerTest do
  use GameServerWeb.ChannelCase, async: true

  import GameServerWeb.RelayClient

  alias GameServer.DiceReferee
  alias PhoenixRelay.Peer

  test "a referee in Elixir hosts a room, and rolls the dice" do
    topic = new_topic("relay")
    referee = start_supervised!({DiceReferee, topic})
    player = enter(topic, %{"shape" => "host"})
    {[{:peer, 0, 1, info}], player} = entries(player, 1)
    assert info == ~s({"name":"referee"})

    player = reliable(player, packet(0, Peer.bytes("roll")))
    {[{2, 0, <<3, dice>>}], player} = entries(player, 1)
    assert dice in 1..6

    Process.unlink(player.socket.channel_pid)
    GenServer.stop(referee)
    assert {[{:gone, 0}], _player} = entries(player, 1)
  end

  test "a process is told of the room, and by whom" do
    topic = new_topic("relay")
    client = enter(topic, %{"info" => %{"n" => 1}})
    id = client.welcome.id
    {:ok, peer} = Peer.join(topic, shape: :mesh)
    assert_receive {:relay, _room, {:welcome, %{host?: false}}}
    assert_receive {:relay, _room, {:peer_connected, ^id, ~s({"n":1})}}
    {[{:peer, seat, _id, "{}"}], client} = entries(client, 1)

    client = unreliable(client, packet(seat, "u", 1))
    assert_receive {:relay, _room, {:packet, ^id, 1, 0, "u"}}
    Peer.send(peer, id, "hello")
    assert {[{2, ^seat, "hello"}], client} = entries(client, 1)

    reliable(client, <<3, 2, seat>>)
    assert_receive {:relay, _room, {:ended, "kicked"}}
  end

  test "what a room refuses to a client it refuses to a process" do
    topic = new_topic("relay")
    assert Peer.join(topic, role: :client) == {:error, "no room"}
    {:ok, peer} = Peer.join(topic, role: :host)
    assert Peer.join(topic, role: :host) == {:error, "host taken"}
    assert Peer.join(topic, shape: :mesh) == {:error, "wrong shape"}
    Peer.leave(peer)
    assert eventually(fn -> Peer.join(topic, role: :client) == {:error, "no room"} end)
  end
end
