defmodule GameServerWeb.UserSocketTest do
  use GameServerWeb.ChannelCase, async: true

  alias GameServerWeb.UserSocket
  alias GameServerWeb.UserToken

  @moduletag :capture_log

  defp connected_id(params, connect_info \\ %{}) do
    with {:ok, socket} <- connect(UserSocket, params, connect_info: connect_info) do
      assert socket.id == "user:" <> socket.assigns.user_id
      socket.assigns.user_id
    end
  end

  test "the simple way: the param user_id, as it is" do
    assert connected_id(%{"user_id" => "ada"}) == "ada"
    assert connected_id(%{"user_id" => " Ada Ω "}) == " Ada Ω "
  end

  test "without a user id one is made up" do
    for params <- [%{}, %{"user_id" => ""}, %{"user_id" => " \t"}, %{"user_id" => %{"a" => "1"}}] do
      assert connected_id(params) =~ ~r/^guest-[a-z2-7]{8}$/
    end

    assert connected_id(%{}) != connected_id(%{})
  end

  test "the safe way: a token that this server signed, whatever user_id says" do
    token = UserToken.sign("ada")
    assert connected_id(%{}, %{auth_token: token}) == "ada"
    assert connected_id(%{"user_id" => "eve"}, %{auth_token: token}) == "ada"
  end

  test "a forged token is refused" do
    for token <- ["", "secret", UserToken.sign("ada") <> "x"] do
      assert connected_id(%{"user_id" => "eve"}, %{auth_token: token}) == :error
    end
  end

  test "a token of another salt or secret is refused" do
    other_salt = Phoenix.Token.sign(@endpoint, "reset password", "ada")
    other_secret = Phoenix.Token.sign(String.duplicate("x", 64), "user token", "ada")
    assert connected_id(%{}, %{auth_token: other_salt}) == :error
    assert connected_id(%{}, %{auth_token: other_secret}) == :error
  end

  test "an expired token is refused" do
    two_days_ago = System.system_time(:second) - 2 * 24 * 60 * 60
    token = Phoenix.Token.sign(@endpoint, "user token", "ada", signed_at: two_days_ago)
    assert connected_id(%{}, %{auth_token: token}) == :error
  end

  test "a topic that no channel serves" do
    assert_raise RuntimeError, ~r/no channel found for topic "nothing:1"/, fn ->
      subscribe_and_join(connected("ada"), "nothing:1")
    end
  end
end
