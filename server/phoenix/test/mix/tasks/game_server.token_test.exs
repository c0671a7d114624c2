defmodule Mix.Tasks.GameServer.TokenTest do
  use ExUnit.Case

  alias GameServerWeb.Endpoint
  alias Mix.Tasks.GameServer.Token
  alias PhoenixRelay.HostToken

  setup do
    Mix.shell(Mix.Shell.Process)
    on_exit(fn -> Mix.shell(Mix.Shell.IO) end)
  end

  test "prints a token that the socket takes" do
    Token.run(["ada"])
    assert_received {:mix_shell, :info, [token]}
    assert GameServerWeb.UserToken.verify(token) == {:ok, "ada"}
  end

  test "prints a token to host one room" do
    Token.run(["--host", "relay:dedicated-eu-1"])
    assert_received {:mix_shell, :info, [token]}
    assert HostToken.valid?(Endpoint, "relay:dedicated-eu-1", token)
    refute HostToken.valid?(Endpoint, "relay:dedicated-eu-2", token)
  end

  test "says how it is used" do
    for arguments <- [
          [],
          [""],
          ["ada", "bob"],
          ["--host"],
          ["--host", "ada"],
          ["--host", "relay:"]
        ] do
      assert_raise Mix.Error, ~r/^Usage: mix game_server.token USER_ID/, fn ->
        Token.run(arguments)
      end
    end
  end
end
