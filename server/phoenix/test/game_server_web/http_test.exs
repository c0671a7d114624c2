defmodule GameServerWeb.HTTPTest do
  use ExUnit.Case, async: true

  import Phoenix.ConnTest

  @endpoint GameServerWeb.Endpoint

  test "a load balancer is told that all is well" do
    assert response(get(build_conn(), "/health"), 200) == "ok"
  end

  describe "the login for trying things out" do
    test "returns a token that the socket accepts" do
      body = json_response(log_in(~s({"user_id": "ada", "password": "phoenix"})), 200)
      assert GameServerWeb.UserToken.verify(body["token"]) == {:ok, "ada"}
      assert body["expires_in_s"] == 86_400
    end

    test "refuses another password" do
      assert json_response(log_in(~s({"user_id": "ada", "password": "dragon"})), 401)
      assert json_response(log_in(~s({"user_id": "ada"})), 401)
    end

    test "refuses what is not a login" do
      for body <- [
            "",
            "[]",
            ~s({"password": "phoenix"}),
            ~s({"user_id": 7}),
            ~s({"user_id": " "})
          ] do
        assert json_response(log_in(body), 400), body
      end

      assert json_response(log_in(~s({"user_id": "#{String.duplicate("a", 4096)}"})), 400)
    end
  end

  test "other paths are not found" do
    assert json_response(get(build_conn(), "/nothing"), 404) ==
             %{"errors" => %{"detail" => "Not Found"}}
  end

  defp log_in(body) do
    build_conn()
    |> Plug.Conn.put_req_header("content-type", "application/json")
    |> post("/api/login", body)
  end
end
