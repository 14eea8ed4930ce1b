using System.Text;
using Earshot.Diagnostics;

namespace Earshot;

/// <summary>
/// Who the connection says it is. Immutable and safe to share between connections; never printed with its secrets. What is set
/// here wins, as a whole, over user info in the server's URL.
/// </summary>
/// <remarks>
/// Of several kinds the first that is set counts: <see cref="AuthCredCallback"/>, <see cref="CredsFile"/>, <see cref="NKeyFile"/>,
/// <see cref="Creds"/>, then <see cref="Jwt"/>, <see cref="NKey"/> and <see cref="Seed"/> together. User name, password and token are sent
/// in addition, unless it has its own (auth callout). Texts are checked when the connection is constructed; files are read and callbacks asked anew at every
/// attempt. Source: https://docs.nats.io/reference/reference-protocols/nats-protocol#connect.
/// </remarks>
public sealed record NatsAuthOpts
{
    /// <summary>No credentials: those in the server's URL are used, if there are any. A new object each time.</summary>
    public static NatsAuthOpts Default => new();

    /// <summary>User name, sent as <c>user</c>. Default: none.</summary>
    public string? Username { get; init; }

    /// <summary>Password, sent as <c>pass</c>. Default: none.</summary>
    public string? Password { get; init; }

    /// <summary>Token, sent as <c>auth_token</c>. Default: none.</summary>
    public string? Token { get; init; }

    /// <summary>A user JWT; with <see cref="Seed"/> or <see cref="SignatureCallback"/> unless it is a bearer token. Default: none.</summary>
    public string? Jwt { get; init; }

    /// <summary>The user's public nkey (U...); needed only beside <see cref="SignatureCallback"/>. Default: that of <see cref="Seed"/>.</summary>
    public string? NKey { get; init; }

    /// <summary>The user's nkey seed (SU...), which signs the server's nonce and is never sent. Default: none.</summary>
    public string? Seed { get; init; }

    /// <summary>The text of a .creds file. Default: none.</summary>
    public string? Creds { get; init; }

    /// <summary>Path of a .creds file, read anew at every attempt. Default: none.</summary>
    public string? CredsFile { get; init; }

    /// <summary>Path of a file with an nkey seed, read anew at every attempt. Default: none.</summary>
    public string? NKeyFile { get; init; }

    /// <summary>
    /// Gives the credential for an attempt on the given server (URL without user info). Asked at every attempt, on the thread pool,
    /// within the connect timeout; a throw or a hang fails that attempt only. Default: none.
    /// </summary>
    public Func<Uri, CancellationToken, ValueTask<NatsAuthCred>>? AuthCredCallback { get; init; }

    /// <summary>
    /// Signs the server's nonce (at most 128 ASCII bytes) with a key that lives elsewhere and returns the 64 bytes of the Ed25519
    /// signature; with <see cref="NKey"/> or <see cref="Jwt"/>. Called as <see cref="AuthCredCallback"/> is. Default: none.
    /// </summary>
    public Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask<ReadOnlyMemory<byte>>>? SignatureCallback { get; init; }

    /// <summary>
    /// How long before the <c>exp</c> of a JWT that came from <see cref="CredsFile"/> or <see cref="AuthCredCallback"/> a session with
    /// fresh credentials is made, which then takes over in a moment without requests in flight; at most a quarter of what is left.
    /// Zero: not before the server ends the session. Default: 30 s.
    /// </summary>
    public TimeSpan RenewBeforeExpiry { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>True when nothing is set here.</summary>
    public bool IsAnonymous => AuthCredCallback is null && SignatureCallback is null
        && string.IsNullOrEmpty(Username) && string.IsNullOrEmpty(Password) && string.IsNullOrEmpty(Token)
        && string.IsNullOrEmpty(Jwt) && string.IsNullOrEmpty(NKey) && string.IsNullOrEmpty(Seed)
        && string.IsNullOrEmpty(Creds) && string.IsNullOrEmpty(CredsFile) && string.IsNullOrEmpty(NKeyFile);

    // From a file of the nats tool, which its user changes without this application.
    internal bool IsFromContext { get; init; }

    // They may be others at the next attempt.
    internal bool IsDynamic => IsFromContext || AuthCredCallback is not null || SignatureCallback is not null || !string.IsNullOrEmpty(CredsFile) || !string.IsNullOrEmpty(NKeyFile);

    // A user name is hidden too: with some set-ups it is a token put into the wrong field.
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append("IsAnonymous = ").Append(IsAnonymous);
        Redact.AppendIfSet(builder, nameof(Username), Username);
        Redact.AppendIfSet(builder, nameof(Password), Password);
        Redact.AppendIfSet(builder, nameof(Token), Token);
        Redact.AppendIfSet(builder, nameof(Jwt), Jwt);
        Redact.AppendIfSet(builder, nameof(NKey), NKey);
        Redact.AppendIfSet(builder, nameof(Seed), Seed);
        Redact.AppendIfSet(builder, nameof(Creds), Creds);
        Redact.AppendIfSet(builder, nameof(CredsFile), CredsFile);
        Redact.AppendIfSet(builder, nameof(NKeyFile), NKeyFile);
        Redact.AppendIfSet(builder, nameof(AuthCredCallback), AuthCredCallback);
        Redact.AppendIfSet(builder, nameof(SignatureCallback), SignatureCallback);
        if (RenewBeforeExpiry != Default.RenewBeforeExpiry)
        {
            builder.Append(", RenewBeforeExpiry = ").Append(RenewBeforeExpiry);
        }

        return true;
    }
}
