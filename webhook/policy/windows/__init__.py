"""When an upgrade may be: windows that open by a schedule, freezes that shut them, and the modes that hold then."""
