"""The lab of initialization."""
