defmodule GameServerWeb.EndpointTest do
  use ExUnit.Case, async: true

  import Phoenix.ConnTest
  import Plug.Conn

  alias GameServerWeb.UserToken

  @endpoint GameServerWeb.Endpoint
  @moduletag :capture_log

  # A session over long polling says in its body whether it was opened.
  defp longpoll(token, query \\ "user_id=eve&vsn=2.0.0") do
    conn = put_token(build_conn(), "x-phoenix-authtoken", token)
    json_response(get(conn, "/socket/longpoll?" <> query), 200)
  end

  # What is not refused goes on to the upgrade, which there is not in a test.
  defp websocket(token, query \\ "user_id=eve&vsn=2.0.0") do
    protocols = token && "phoenix, base64url.bearer.phx." <> Base.encode64(token, padding: false)

    conn = put_token(build_conn(), "sec-websocket-protocol", protocols)
    get(conn, "/socket/websocket?" <> query)
  end

  defp put_token(conn, _header, nil), do: conn
  defp put_token(conn, header, value), do: put_req_header(conn, header, value)

  describe "the auth token" do
    test "opens a connection" do
      token = UserToken.sign("ada")
      assert %{"status" => 410, "token" => _} = longpoll(token)
      assert websocket(token).status == 400
    end

    test "that is forged opens none, whatever the params say" do
      token = UserToken.sign("ada") <> "x"
      assert longpoll(token) == %{"status" => 403}
      assert websocket(token).status == 403
    end

    test "is not needed" do
      assert %{"status" => 410} = longpoll(nil)
      assert websocket(nil).status == 400
    end
  end

  test "other versions of the protocol are refused" do
    assert longpoll(nil, "vsn=3.0.0") == %{"status" => 403}
    assert websocket(nil, "vsn=3.0.0").status == 403
  end

  test "a load balancer is told that all is well" do
    assert response(get(build_conn(), "/health"), 200) == "ok"
  end

  test "other paths are not found" do
    assert json_response(get(build_conn(), "/nothing"), 404) ==
             %{"errors" => %{"detail" => "Not Found"}}
  end
end
