namespace Earshot.Servers;

/// <summary>An advertised entry that was not taken: its text made printable and shortened, and why.</summary>
internal readonly record struct RejectedAddress(string Text, string Reason);
