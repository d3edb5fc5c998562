"""These tests open files in LibreOffice: run where it is, and everywhere ``CLAUSE_TEST_REQUIRE`` names ``office``."""

from __future__ import annotations

from tests.conftest import REQUIRED
from tests.office.libreoffice import COMMAND

collect_ignore_glob = [] if COMMAND or "office" in REQUIRED else ["test_*.py"]
