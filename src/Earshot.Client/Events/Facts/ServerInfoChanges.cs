namespace Earshot;

/// <summary>Which fields differ between two INFO lines of a server. Owns the words only; comparing is done where INFO arrives.</summary>
[Flags]
public enum ServerInfoChanges
{
    /// <summary>Nothing that is listed here changed.</summary>
    None = 0,
    /// <summary>The maximum payload.</summary>
    MaxPayload = 1 << 0,
    /// <summary>The advertised urls.</summary>
    Urls = 1 << 1,
    /// <summary>The version of the server.</summary>
    Version = 1 << 2,
    /// <summary>The name of the cluster.</summary>
    Cluster = 1 << 3,
    /// <summary>The account.</summary>
    Account = 1 << 4,
    /// <summary>Lame duck mode.</summary>
    Ldm = 1 << 5,
    /// <summary>Whether JetStream is there.</summary>
    JetStream = 1 << 6,
    /// <summary>The nonce to sign.</summary>
    Nonce = 1 << 7,
    /// <summary>The id or name of the server.</summary>
    Identity = 1 << 8,
    /// <summary>What the server asks for: authentication or TLS.</summary>
    Security = 1 << 9,
    /// <summary>Any other field.</summary>
    Other = 1 << 30,
}
