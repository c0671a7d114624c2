defmodule PhoenixRelay.Bucket do
  @moduledoc """
  How much a peer may still send: so much a second, and after a pause what four seconds would allow.
  """

  @burst_s 4

  @enforce_keys [:rate, :left, :at]
  defstruct [:rate, :left, :at]

  @type t :: %__MODULE__{}

  @doc "A full bucket."
  @spec new(pos_integer, integer) :: t
  def new(rate, now), do: %__MODULE__{rate: rate, left: rate * @burst_s, at: now}

  @doc "Takes an amount out."
  @spec take(t, non_neg_integer, integer) :: {:ok, t} | :empty
  def take(bucket, amount, now) do
    left =
      min(bucket.left + (now - bucket.at) * bucket.rate / 1000, bucket.rate * @burst_s) - amount

    if left < 0, do: :empty, else: {:ok, %{bucket | left: left, at: now}}
  end
end
