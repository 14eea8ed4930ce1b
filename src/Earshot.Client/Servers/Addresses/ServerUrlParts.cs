namespace Earshot.Servers;

/// <summary>The parts of a server URL, checked and decoded.</summary>
internal readonly record struct ServerUrlParts(string Scheme, string Host, int Port, UserInfo? UserInfo);
