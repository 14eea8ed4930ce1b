namespace Earshot.Server.Options;

/// <summary>What options must be for a server to start with them. Changes nothing.</summary>
internal static class OptionRules
{
    // How the hashes begin that nats-server takes in the place of a password or a token.
    private static readonly string[] s_hashes = ["$2a$", "$2b$", "$2x$", "$2y$"];

    /// <exception cref="ArgumentException">An option is invalid, or requests a feature that this server does not support.</exception>
    public static void Check(NatsTestServerOptions options)
    {
        Positive(options.MaxPayload, nameof(options.MaxPayload));
        Positive(options.MaxControlLine, nameof(options.MaxControlLine));
        Positive(options.MaxConnections, nameof(options.MaxConnections));
        Positive(options.MaxPending, nameof(options.MaxPending));
        Positive(options.WriteDeadline.Ticks, nameof(options.WriteDeadline));
        Positive(options.PingInterval.Ticks, nameof(options.PingInterval));
        Positive(options.AuthorizationTimeout.Ticks, nameof(options.AuthorizationTimeout));
        NotNegative(options.MaxPingsOut, nameof(options.MaxPingsOut));
        NotNegative(options.MaxSubscriptions, nameof(options.MaxSubscriptions));
        NotNegative(options.MaxSubscriptionTokens, nameof(options.MaxSubscriptionTokens));
        foreach (NatsTestServerAccount account in options.Accounts)
        {
            NotNegative(account.MaxConnections, $"{nameof(account.MaxConnections)} of account {account.Name}");
            NotNegative(account.MaxSubscriptions, $"{nameof(account.MaxSubscriptions)} of account {account.Name}");
            NotNegative(account.MaxPayload, $"{nameof(account.MaxPayload)} of account {account.Name}");
        }

        CheckUsers(options);
    }

    private static void CheckUsers(NatsTestServerOptions options)
    {
        foreach (NatsTestServerUser? user in options.Users.Where(static user => IsHash(user.Password)))
        {
            throw new ArgumentException($"The password of user '{user.Name}' is a bcrypt hash, which the in-process server does not support. Use the plain password.");
        }

        if (IsHash(options.Token))
        {
            throw new ArgumentException("The token is a bcrypt hash, which the in-process server does not support. Use the plain token.");
        }

        if (options.NoAuthUser is { } name && options.Users.All(user => user.Name != name))
        {
            throw new ArgumentException($"{nameof(options.NoAuthUser)} is '{name}', but there is no such user. Add it to {nameof(options.Users)}.");
        }
    }

    private static bool IsHash(string? secret) => secret is not null && s_hashes.Any(hash => secret.StartsWith(hash, StringComparison.Ordinal));

    private static void Positive(long value, string name)
    {
        if (value <= 0)
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be greater than zero.");
        }
    }

    private static void NotNegative(long value, string name)
    {
        if (value < 0)
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} must not be negative; 0 means no limit.");
        }
    }
}
