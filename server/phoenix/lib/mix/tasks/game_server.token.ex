defmodule Mix.Tasks.GameServer.Token do
  @shortdoc "Prints an auth token for a user id, or a token to host a room"
  @moduledoc """
  Prints a token that `GameServerWeb.UserSocket` accepts as the user's.

      $ mix game_server.token ada

  With `--host`, prints the token that a dedicated server needs to open a room
  (`PhoenixRelay.HostToken`): the value of `host_token` in its join params.

      $ mix game_server.token --host relay:dedicated-eu-1

  Tokens are signed with the secret of the environment that the task runs in. In a release:

      $ bin/game_server rpc 'IO.puts(GameServerWeb.UserToken.sign("ada"))'
      $ bin/game_server rpc 'IO.puts(PhoenixRelay.HostToken.sign(GameServerWeb.Endpoint, "relay:dedicated-eu-1"))'
  """

  use Mix.Task

  @requirements ["app.start"]

  @impl true
  def run(["--host", "relay:" <> code = topic]) when code != "" do
    Mix.shell().info(PhoenixRelay.HostToken.sign(GameServerWeb.Endpoint, topic))
  end

  def run([user_id]) when user_id not in ["", "--host"] do
    Mix.shell().info(GameServerWeb.UserToken.sign(user_id))
  end

  def run(_arguments) do
    Mix.raise("Usage: mix game_server.token USER_ID, or mix game_server.token --host relay:CODE")
  end
end
