"""What the tests of loops share: their property tests are not timed."""

from tests import examples

examples.use()
