defmodule GameServerWeb.ErrorJSON do
  @moduledoc """
  The bodies of HTTP errors.
  """

  @doc false
  def render(template, _assigns) do
    %{errors: %{detail: Phoenix.Controller.status_message_from_template(template)}}
  end
end
