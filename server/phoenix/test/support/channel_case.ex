defmodule GameServerWeb.ChannelCase do
  @moduledoc """
  What the tests of channels share: users that connect, and topics that no other test uses.
  """

  use ExUnit.CaseTemplate

  import Phoenix.ChannelTest

  @endpoint GameServerWeb.Endpoint

  using do
    quote do
      import Phoenix.ChannelTest
      import GameServerWeb.ChannelCase

      @endpoint GameServerWeb.Endpoint
    end
  end

  @doc "A topic of this test's own."
  def new_topic(prefix), do: "#{prefix}:#{System.unique_integer([:positive])}"

  @doc "A connected socket of this user."
  def connected(user_id) do
    {:ok, socket} =
      connect(GameServerWeb.UserSocket, %{"user_id" => user_id}, connect_info: connect_info())

    socket
  end

  @doc "The join's reply, and the socket in the topic."
  def joined(user_id, topic, params \\ %{}) do
    {:ok, reply, socket} = subscribe_and_join(connected(user_id), topic, params)
    {reply, socket}
  end

  @doc "What the endpoint tells of a connection."
  def connect_info do
    %{
      uri: URI.parse("http://localhost:4000/socket/websocket?vsn=2.0.0"),
      user_agent: "test",
      x_headers: [{"x-game-build", "1.2.3"}],
      trace_context_headers: []
    }
  end

  @doc "Waits until the function returns something true; for what no message tells."
  def eventually(condition) do
    condition.() || (Process.sleep(5) && eventually(condition))
  end
end
