defmodule PhoenixRelay.Request do
  @moduledoc """
  What a client says of itself when it joins a room: the member `peer` of the join's params.
  """

  @version 1
  @max_info_bytes 2048
  @max_int 0x7FFF_FFFF

  @enforce_keys [:token, :info]
  defstruct token: nil,
            info: nil,
            # The process of the connection that the join arrived on.
            connection: nil,
            resume?: false,
            got: 0,
            role: :auto,
            shape: :host,
            max_peers: 0,
            listed?: false,
            seat_ms: 30_000

  @type t :: %__MODULE__{
          token: String.t(),
          info: json :: String.t(),
          connection: pid | nil,
          resume?: boolean,
          got: non_neg_integer,
          role: :auto | :host | :client,
          shape: :host | :mesh,
          max_peers: non_neg_integer,
          listed?: boolean,
          seat_ms: non_neg_integer
        }

  @roles %{"auto" => :auto, "host" => :host, "client" => :client}
  @shapes %{"host" => :host, "mesh" => :mesh}

  @doc """
  Reads the params of a join.
  """
  @spec read(term) :: {:ok, t} | {:error, reason :: String.t()}
  def read(%{"peer" => %{"version" => version}})
      when is_integer(version) and version != @version do
    {:error, "unsupported version"}
  end

  def read(%{
        "peer" => %{
          "version" => @version,
          "token" => token,
          "resume" => resume?,
          "got" => got,
          "role" => role,
          "shape" => shape,
          "info" => %{} = info,
          "max_peers" => max_peers,
          "listed" => listed?,
          "seat_ms" => seat_ms
        }
      })
      when is_binary(token) and is_boolean(resume?) and got in 0..0xFFFF_FFFF and
             is_map_key(@roles, role) and is_map_key(@shapes, shape) and
             max_peers in 0..@max_int and is_boolean(listed?) and seat_ms in 0..@max_int do
    info = Phoenix.json_library().encode!(info)

    if token =~ ~r/\A[0-9a-fA-F]{32}\z/ and byte_size(info) <= @max_info_bytes do
      {:ok,
       %__MODULE__{
         token: token,
         info: info,
         resume?: resume?,
         got: got,
         role: @roles[role],
         shape: @shapes[shape],
         max_peers: max_peers,
         listed?: listed?,
         seat_ms: seat_ms
       }}
    else
      {:error, "invalid"}
    end
  end

  def read(_params), do: {:error, "invalid"}
end
