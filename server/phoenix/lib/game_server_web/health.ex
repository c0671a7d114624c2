defmodule GameServerWeb.Health do
  @moduledoc """
  Answers `ok`: this node takes connections.
  """

  @behaviour Plug

  import Plug.Conn

  @impl true
  def init(options), do: options

  @impl true
  def call(conn, _options) do
    conn |> put_resp_content_type("text/plain") |> send_resp(200, "ok")
  end
end
