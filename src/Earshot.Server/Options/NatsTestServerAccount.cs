namespace Earshot;

/// <summary>The limits of an account of the in-process server. Users select it by <see cref="NatsTestServerUser.Account"/>.</summary>
/// <param name="Name">The name of the account.</param>
public sealed record NatsTestServerAccount(string Name)
{
    /// <summary>Maximum number of connected clients of the account; 0 (default): no limit.</summary>
    public int MaxConnections { get; init; }

    /// <summary>Maximum number of subscriptions of one client of the account; 0 (default): no limit.</summary>
    public int MaxSubscriptions { get; init; }

    /// <summary>Maximum bytes of headers and payload; 0 (default): the limit of the server.</summary>
    public int MaxPayload { get; init; }
}
