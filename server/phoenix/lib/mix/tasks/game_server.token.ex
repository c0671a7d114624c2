defmodule Mix.Tasks.GameServer.Token do
  @shortdoc "Prints an auth token for a user id"
  @moduledoc """
  Prints a token that `GameServerWeb.UserSocket` takes for the user's.

      $ mix game_server.token ada

  It is signed with the secret of the environment that it runs in. In a release:

      $ bin/game_server rpc 'IO.puts(GameServerWeb.UserToken.sign("ada"))'
  """

  use Mix.Task

  @requirements ["app.start"]

  @impl true
  def run([user_id]) when user_id != "" do
    Mix.shell().info(GameServerWeb.UserToken.sign(user_id))
  end

  def run(_arguments), do: Mix.raise("Usage: mix game_server.token USER_ID")
end
