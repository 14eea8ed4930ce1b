namespace Earshot;

/// <summary>What a <c>ServerSelector</c> answers.</summary>
/// <param name="Server">A server of the pool that was offered.</param>
/// <param name="Delay">How long to wait before it is dialled; zero: at once.</param>
public sealed record NatsServerChoice(Uri Server, TimeSpan Delay = default);
