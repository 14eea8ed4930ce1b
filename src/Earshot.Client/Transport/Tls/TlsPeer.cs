namespace Earshot.Transport;

/// <summary>Who is expected at the other end.</summary>
/// <param name="Host">The host that was dialled, as the URL or the announcement has it.</param>
/// <param name="Name">The name its certificate must be for: that of the configured server when <paramref name="Host"/> is a bare address it announced.</param>
internal sealed record TlsPeer(string Host, string Name);
