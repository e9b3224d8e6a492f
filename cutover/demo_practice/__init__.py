"""An invented dental practice: its extracts over a few days, and the truth expected in the destination after each.

May import no other room of `cutover`. Must not import the engine, which is judged by it. The demo runs on it, and acceptance
tests use it as one more vocabulary. All people in it are invented: names are drawn from a list, e-mails end in `.example`,
phones are 555-01xx.
"""

from __future__ import annotations

from cutover.demo_practice.writing import DemoPractice, write_practice

__all__ = ["DemoPractice", "write_practice"]
