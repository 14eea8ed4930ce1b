namespace Earshot;

/// <summary>The result of a <c>ServerSelector</c>: a server, and a delay before it is dialled.</summary>
/// <param name="Server">The URL of a server in the given pool.</param>
/// <param name="Delay">The delay before the server is dialled; zero: none.</param>
public sealed record NatsServerChoice(Uri Server, TimeSpan Delay = default);
