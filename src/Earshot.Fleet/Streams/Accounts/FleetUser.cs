namespace Earshot.Fleet;

/// <summary>A user of a configuration.</summary>
/// <param name="Account">The account of the user.</param>
/// <param name="Name">The name of the user.</param>
public sealed record FleetUser(string Account, string Name);
