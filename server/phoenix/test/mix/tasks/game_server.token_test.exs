defmodule Mix.Tasks.GameServer.TokenTest do
  use ExUnit.Case

  alias Mix.Tasks.GameServer.Token

  setup do
    Mix.shell(Mix.Shell.Process)
    on_exit(fn -> Mix.shell(Mix.Shell.IO) end)
  end

  test "prints a token that the socket takes" do
    Token.run(["ada"])
    assert_received {:mix_shell, :info, [token]}
    assert GameServerWeb.UserToken.verify(token) == {:ok, "ada"}
  end

  test "says how it is used" do
    for arguments <- [[], [""], ["ada", "bob"]] do
      assert_raise Mix.Error, "Usage: mix game_server.token USER_ID", fn ->
        Token.run(arguments)
      end
    end
  end
end
