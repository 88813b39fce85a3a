"""What the files of this folder share asserts for them, and is to say what was not so."""

import pytest

pytest.register_assert_rewrite("tests.weather.following")
