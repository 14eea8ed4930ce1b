using Earshot.Authentication;

namespace Earshot;

/// <summary>
/// One credential, as <see cref="NatsAuthOpts.AuthCredCallback"/> returns it. Made by the From methods; <c>default</c> is none and is
/// refused. Files are read at the attempt it is used for. Never printed.
/// </summary>
public readonly struct NatsAuthCred : IEquatable<NatsAuthCred>
{
    private NatsAuthCred(NatsAuthCredKind kind, string value, string? second = null)
    {
        Kind = kind;
        Value = value;
        Second = second;
    }

    internal NatsAuthCredKind Kind { get; }

    internal string? Value { get; }

    internal string? Second { get; }

    /// <summary>User name and password.</summary>
    /// <param name="username">The user's name.</param>
    /// <param name="password">The password.</param>
    /// <returns>The credential.</returns>
    public static NatsAuthCred FromUserInfo(string username, string password) => Make(NatsAuthCredKind.UserInfo, username, password);

    /// <summary>A token.</summary>
    /// <param name="token">The token.</param>
    /// <returns>The credential.</returns>
    public static NatsAuthCred FromToken(string token) => Make(NatsAuthCredKind.Token, token);

    /// <summary>A user JWT and the seed of its key.</summary>
    /// <param name="jwt">The JWT.</param>
    /// <param name="seed">The seed (SU...).</param>
    /// <returns>The credential.</returns>
    public static NatsAuthCred FromJwt(string jwt, string seed) => Make(NatsAuthCredKind.Jwt, jwt, seed);

    /// <summary>An nkey.</summary>
    /// <param name="seed">The seed (SU...).</param>
    /// <returns>The credential.</returns>
    public static NatsAuthCred FromNkey(string seed) => Make(NatsAuthCredKind.NKey, seed);

    /// <summary>The text of a .creds file.</summary>
    /// <param name="creds">The text.</param>
    /// <returns>The credential.</returns>
    public static NatsAuthCred FromCreds(string creds) => Make(NatsAuthCredKind.Creds, creds);

    /// <summary>The path of a .creds file.</summary>
    /// <param name="credFile">The path.</param>
    /// <returns>The credential.</returns>
    public static NatsAuthCred FromCredsFile(string credFile) => Make(NatsAuthCredKind.CredsFile, credFile);

    /// <summary>The path of a file with an nkey seed.</summary>
    /// <param name="nkeyFile">The path.</param>
    /// <returns>The credential.</returns>
    public static NatsAuthCred FromNkeyFile(string nkeyFile) => Make(NatsAuthCredKind.NKeyFile, nkeyFile);

    /// <summary>Whether two credentials are the same.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>True when they are.</returns>
    public static bool operator ==(NatsAuthCred left, NatsAuthCred right) => left.Equals(right);

    /// <summary>Whether two credentials differ.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>True when they do.</returns>
    public static bool operator !=(NatsAuthCred left, NatsAuthCred right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(NatsAuthCred other) => Kind == other.Kind && Value == other.Value && Second == other.Second;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is NatsAuthCred other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, Value, Second);

    /// <summary>The kind, never the content.</summary>
    /// <returns>The kind.</returns>
    public override string ToString() => $"NatsAuthCred {{ {Kind} }}";

    private static NatsAuthCred Make(NatsAuthCredKind kind, string value, string? second = null)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new NatsAuthCred(kind, value, second);
    }
}
