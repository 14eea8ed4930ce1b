namespace Earshot;

/// <summary>The limits of one account. Users are put into accounts by <see cref="NatsTestServerUser.Account"/>.</summary>
/// <param name="Name">The account's name.</param>
public sealed record NatsTestServerAccount(string Name)
{
    /// <summary>Connected clients of the account; 0 (default) sets no limit.</summary>
    public int MaxConnections { get; init; }

    /// <summary>Subscriptions of one client of the account; 0 (default) sets no limit.</summary>
    public int MaxSubscriptions { get; init; }

    /// <summary>Bytes of headers and payload; 0 (default) takes the server's limit.</summary>
    public int MaxPayload { get; init; }
}
