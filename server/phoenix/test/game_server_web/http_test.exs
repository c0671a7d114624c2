defmodule GameServerWeb.HTTPTest do
  use ExUnit.Case, async: true

  import Phoenix.ConnTest

  @endpoint GameServerWeb.Endpoint

  test "a load balancer is told that all is well" do
    assert response(get(build_conn(), "/health"), 200) == "ok"
  end

  test "other paths are not found" do
    assert json_response(get(build_conn(), "/nothing"), 404) ==
             %{"errors" => %{"detail" => "Not Found"}}
  end
end
