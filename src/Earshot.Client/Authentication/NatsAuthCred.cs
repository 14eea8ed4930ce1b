using Earshot.Authentication;

namespace Earshot;

/// <summary>A credential that <see cref="NatsAuthOpts.AuthCredCallback"/> returns. It is never printed.</summary>
/// <remarks>Created by the From methods; the default value is no credential and is rejected. Files are read at the attempt that uses the credential.</remarks>
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

    /// <summary>Creates a credential from a user name and a password.</summary>
    /// <param name="username">The user name.</param>
    /// <param name="password">The password.</param>
    /// <returns>The credential.</returns>
    public static NatsAuthCred FromUserInfo(string username, string password) => Make(NatsAuthCredKind.UserInfo, username, password);

    /// <summary>Creates a credential from a token.</summary>
    /// <param name="token">The token.</param>
    /// <returns>The credential.</returns>
    public static NatsAuthCred FromToken(string token) => Make(NatsAuthCredKind.Token, token);

    /// <summary>Creates a credential from a user JWT and the seed of its nkey.</summary>
    /// <param name="jwt">The user JWT.</param>
    /// <param name="seed">The nkey seed (SU...).</param>
    /// <returns>The credential.</returns>
    public static NatsAuthCred FromJwt(string jwt, string seed) => Make(NatsAuthCredKind.Jwt, jwt, seed);

    /// <summary>Creates a credential from an nkey seed.</summary>
    /// <param name="seed">The nkey seed (SU...).</param>
    /// <returns>The credential.</returns>
    public static NatsAuthCred FromNkey(string seed) => Make(NatsAuthCredKind.NKey, seed);

    /// <summary>Creates a credential from the text of a .creds file.</summary>
    /// <param name="creds">The text of the file.</param>
    /// <returns>The credential.</returns>
    public static NatsAuthCred FromCreds(string creds) => Make(NatsAuthCredKind.Creds, creds);

    /// <summary>Creates a credential from the path of a .creds file.</summary>
    /// <param name="credFile">The path of the file.</param>
    /// <returns>The credential.</returns>
    public static NatsAuthCred FromCredsFile(string credFile) => Make(NatsAuthCredKind.CredsFile, credFile);

    /// <summary>Creates a credential from the path of a file with an nkey seed.</summary>
    /// <param name="nkeyFile">The path of the file.</param>
    /// <returns>The credential.</returns>
    public static NatsAuthCred FromNkeyFile(string nkeyFile) => Make(NatsAuthCredKind.NKeyFile, nkeyFile);

    /// <summary>Determines whether two credentials are equal.</summary>
    /// <param name="left">The first credential.</param>
    /// <param name="right">The second credential.</param>
    /// <returns>True if they are equal.</returns>
    public static bool operator ==(NatsAuthCred left, NatsAuthCred right) => left.Equals(right);

    /// <summary>Determines whether two credentials are different.</summary>
    /// <param name="left">The first credential.</param>
    /// <param name="right">The second credential.</param>
    /// <returns>True if they are different.</returns>
    public static bool operator !=(NatsAuthCred left, NatsAuthCred right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(NatsAuthCred other) => Kind == other.Kind && Value == other.Value && Second == other.Second;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is NatsAuthCred other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, Value, Second);

    /// <summary>Returns the kind of the credential, never its content.</summary>
    /// <returns>The name of the kind.</returns>
    public override string ToString() => $"NatsAuthCred {{ {Kind} }}";

    private static NatsAuthCred Make(NatsAuthCredKind kind, string value, string? second = null)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new NatsAuthCred(kind, value, second);
    }
}
