"""What all parts of the policy document have in common."""

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class Closed(BaseModel):
    """A map with the fields that it names and no others, in camelCase."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        alias_generator=to_camel,
        use_attribute_docstrings=True,
        hide_input_in_errors=True,
    )
