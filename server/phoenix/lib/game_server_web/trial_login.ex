defmodule GameServerWeb.TrialLogin do
  @moduledoc """
  `POST /api/login`: a token for anyone who knows the password, which is `phoenix`.

  The route exists in development and in tests only. It shows what a game's own login does once it
  has checked the account, the store's ticket or the device's key: sign a token, and say how long
  it lasts.
  """

  @behaviour Plug

  import Plug.Conn

  alias GameServerWeb.UserToken

  @max_bytes 4096
  @password "phoenix"

  @impl true
  def init(options), do: options

  @impl true
  def call(conn, _options) do
    with {:ok, body, conn} <- read_body(conn, length: @max_bytes),
         {:ok, %{"user_id" => user_id} = request} <- Jason.decode(body),
         true <- is_binary(user_id) and String.trim(user_id) != "" do
      answer(conn, user_id, request["password"])
    else
      _ -> send_json(conn, 400, %{errors: %{detail: "Bad Request"}})
    end
  end

  defp answer(conn, user_id, @password) do
    send_json(conn, 200, %{token: UserToken.sign(user_id), expires_in_s: UserToken.max_age_s()})
  end

  defp answer(conn, _user_id, _password) do
    send_json(conn, 401, %{errors: %{detail: "Unauthorized"}})
  end

  defp send_json(conn, status, body) do
    conn |> put_resp_content_type("application/json") |> send_resp(status, Jason.encode!(body))
  end
end
